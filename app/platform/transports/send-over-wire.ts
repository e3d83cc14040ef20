import { type Bytes, concatBytes } from '#core/bytes/bytes.ts';
import { type Transport, TransportError } from './transport.ts';

type Send = Transport['send'];

/** Sends one request over the wire. No cookies, no redirects: nothing is sent anywhere but to this origin. Throws TransportError. */
export async function sendOverWire(
  stationOrigin: string,
  { method, path, headers, body }: Parameters<Send>[0],
  maxBytes: number,
  signal?: AbortSignal,
): ReturnType<Send> {
  try {
    const response = await fetch(`${stationOrigin}${path}`, {
      method,
      ...(headers ? { headers } : {}),
      ...(body ? { body } : {}),
      ...(signal ? { signal } : {}),
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
    const answer = await readAtMost(response, maxBytes);
    return { status: response.status, body: answer, header: (name) => response.headers.get(name) };
  } catch (cause) {
    if (cause instanceof TransportError) throw cause;
    throw new TransportError({ code: signal?.aborted ? 'CANCELLED' : 'NO_STATION', cause });
  }
}

async function readAtMost(response: Response, maxBytes: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new TransportError({ code: 'TOO_LARGE' });
    }
    parts.push(part.value);
  }
  return concatBytes(...parts);
}
