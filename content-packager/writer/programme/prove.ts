import { join } from 'node:path';
import { type RepositoryFetch, refreshRepository, type TrustedRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import type { MetadataStore } from '#core/repository/session.ts';
import { folderFetch } from './folder-fetch.ts';

const MAX_ROOT_BYTES = 512 * 1024;

/**
 * Proves with the client of stations and devices that they will accept what is about to be published: the folder as it
 * lies there, with metadata files that are not in place yet. A new device must accept it, and one that holds what is
 * published now. Throws `RepositoryError`, and then nothing has changed for anybody.
 */
export async function proveAcceptable(
  dir: string,
  coming: ReadonlyMap<string, Uint8Array>,
  nowMs: number,
): Promise<void> {
  const present = folderFetch(join(dir, 'repository'));
  const next: RepositoryFetch = async (path, maxBytes) =>
    coming.get(path.replace(/^metadata\//, '')) ?? present(path, maxBytes);
  const trustedRoot = await next('metadata/1.root.json', MAX_ROOT_BYTES);
  if (trustedRoot === undefined) throw new RepositoryError({ code: 'MISSING', role: 'root' });
  const refresh = (store: MetadataStore, fetch: RepositoryFetch): Promise<TrustedRepository> =>
    // Expiry of roles that this job does not sign must not keep the others from being signed.
    refreshRepository({ store, fetch, now: nowMs, trustedRoot, ignoreExpiry: true });

  await requireAllRoles(await refresh(createMemoryStore(), next));
  const upToDate = createMemoryStore();
  try {
    await (await refresh(upToDate, present)).listTargets('');
  } catch (error) {
    // Nothing is published yet, or what lies there is what this job repairs: no device is up to date with it.
    if (error instanceof RepositoryError) return;
    throw error;
  }
  await requireAllRoles(await refresh(upToDate, next));
}

async function requireAllRoles(repository: TrustedRepository): Promise<void> {
  await repository.listTargets('');
  const [failure] = repository.failures.values();
  if (failure !== undefined) throw failure;
}
