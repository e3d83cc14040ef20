import type { Bytes } from '#core/bytes/bytes.ts';

/** A message to the dock. `path` begins with `/dock/` or `/repository/`. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Bytes;
}

/** Its answer, whole. */
export interface TransportAnswer {
  readonly status: number;
  readonly body: Bytes;
  header(name: string): string | null;
}

/** A way to a station. Today the wired dock over HTTP; a stick answers the same messages from files. */
export interface Transport {
  /** Whether time learnt this way may lower the clock's mark: only over the wire. */
  readonly isWired: boolean;
  /** Where `/repository/` begins, for the import worker's own fetches. */
  readonly repositoryUrl: string;
  /** Throws TransportError `NO_STATION` when no answer comes, `TOO_LARGE` above `maxBytes`. */
  send(request: TransportRequest, maxBytes: number, signal?: AbortSignal): Promise<TransportAnswer>;
}

/** Why no answer came. */
export type TransportErrorCode = 'NO_STATION' | 'TOO_LARGE' | 'CANCELLED';

/** The station was not reached, or the cable was pulled. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;

  constructor(options: { code: TransportErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
