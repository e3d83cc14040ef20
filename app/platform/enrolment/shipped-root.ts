import type { Bytes } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { RepositoryError, type RepositoryFetch, refreshRepository } from '#core/repository/client.ts';
import { chainMetadata } from '../trust/metadata-store.ts';
import { EnrolmentError } from './enrolment-error.ts';

const PATH = '/trusted-root.json';

/** The programme's root that came with the app, beside its index.html; undefined for an app that fits any programme. */
export async function shippedRoot(): Promise<Bytes | undefined> {
  const answer = await fetch(PATH, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  const isThere = answer.ok && (answer.headers.get('content-type') ?? '').includes('json');
  return isThere ? new Uint8Array(await answer.arrayBuffer()) : undefined;
}

/**
 * Refuses a station of another programme: what it mirrors must be signed down from the root that came with the app
 * (formats/enrolment.md 3.4). Throws EnrolmentError FOREIGN_ROOT, or what `fetch` throws.
 */
export async function requireShippedRoot(
  shipped: Uint8Array,
  station: { readonly rootSha256: string; readonly fetch: RepositoryFetch; readonly nowMs: number },
): Promise<void> {
  if ((await sha256Hex(shipped)) === station.rootSha256) return;
  try {
    const store = chainMetadata({});
    await refreshRepository({ store, fetch: station.fetch, now: station.nowMs, trustedRoot: shipped });
  } catch (cause) {
    if (cause instanceof RepositoryError) throw new EnrolmentError({ code: 'FOREIGN_ROOT', cause });
    throw cause;
  }
}
