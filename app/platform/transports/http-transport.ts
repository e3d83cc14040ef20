import type { Transport } from './transport.ts';

/** The wired dock; what sends is loaded for the first request. */
export function httpTransport(stationOrigin: string): Transport {
  return {
    isWired: true,
    repositoryUrl: `${stationOrigin}/repository/`,
    async send(request, maxBytes, signal) {
      const { sendOverWire } = await import('./send-over-wire.ts');
      return sendOverWire(stationOrigin, request, maxBytes, signal);
    },
  };
}
