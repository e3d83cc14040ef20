import { get as httpGet, type IncomingMessage } from 'node:http';
import { concatBytes } from '#core/bytes/bytes.ts';
import type { RepositoryFetch } from '#core/repository/client.ts';
import { TufClientError } from './tuf-client-error.ts';

/** How long a host may take. */
export interface Patience {
  /** Longest silence, in milliseconds. */
  readonly silenceMs: number;
  /** Longest time for a file whose size nobody announced in large, in milliseconds. */
  readonly fileMs: number;
  /** Slowest transfer of a large file, in bytes a second: TUF 1.5.2, slow retrieval. */
  readonly minBytesPerSecond: number;
}

/** Patient enough for a bad line, and still an end. */
export const DEFAULT_PATIENCE: Patience = { silenceMs: 10_000, fileMs: 60_000, minBytesPerSecond: 16 * 1024 };

/**
 * Fetches over HTTP: `metadata/…` below one address, `targets/…` below another. The fetch port of the client: undefined
 * where there is no file; never more than a little over `maxBytes`. Throws `TufClientError`.
 */
export function httpFetch(
  bases: { readonly metadata: string; readonly targets: string | undefined },
  patience: Patience = DEFAULT_PATIENCE,
): RepositoryFetch {
  return async (path, maxBytes) => {
    const [, kind = '', rest = ''] = /^(metadata|targets)\/(.*)$/s.exec(path) ?? [];
    // Names of roles come encoded; a target's path is turned into a URL here.
    if (kind === 'metadata') return download(addressOf(bases.metadata, rest), maxBytes, patience);
    if (bases.targets === undefined) throw new TufClientError({ code: 'USAGE', detail: 'no address for targets' });
    const encoded = encodeURI(rest).replace(/[?#]/g, encodeURIComponent);
    return download(addressOf(bases.targets, encoded), maxBytes, patience);
  };
}

function addressOf(base: string, path: string): URL {
  const folder = new URL(base.endsWith('/') ? base : `${base}/`);
  const url = new URL(`${folder.href}${path}`);
  // A path of `..` parts must not ask for anything outside the repository.
  if (!url.href.startsWith(folder.href)) throw new TufClientError({ code: 'OUTSIDE_BASE', detail: path });
  return url;
}

async function download(url: URL, maxBytes: number, patience: Patience): Promise<Uint8Array | undefined> {
  const deadline = new AbortController();
  const timeMs = patience.fileMs + (maxBytes / patience.minBytesPerSecond) * 1000;
  const timer = setTimeout(() => deadline.abort(), timeMs);
  try {
    const response = await request(url, patience, deadline.signal);
    if (response.statusCode === 404 || response.statusCode === 403) {
      response.destroy();
      return undefined;
    }
    if (response.statusCode !== 200) {
      response.destroy();
      throw new TufClientError({ code: 'HTTP_STATUS', detail: `${response.statusCode} for ${url.href}` });
    }
    return await readUpTo(response, maxBytes);
  } catch (cause) {
    if (cause instanceof TufClientError) throw cause;
    const code = deadline.signal.aborted ? 'TIMED_OUT' : 'UNREACHABLE';
    throw new TufClientError({ code, detail: url.href, cause });
  } finally {
    clearTimeout(timer);
  }
}

async function request(url: URL, patience: Patience, signal: AbortSignal): Promise<IncomingMessage> {
  // Loaded only where it is needed: this program starts hundreds of times against a host without TLS.
  const get = url.protocol === 'https:' ? (await import('node:https')).get : httpGet;
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent: false, signal, timeout: patience.silenceMs }, resolve);
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new TufClientError({ code: 'TIMED_OUT', detail: url.href })));
  });
}

/** Reads until the end, or until it is clear that the file is longer than allowed. */
async function readUpTo(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response) {
    parts.push(new Uint8Array(part));
    length += part.length;
    if (length > maxBytes) break;
  }
  response.destroy();
  return concatBytes(...parts);
}
