import { join } from 'node:path';
import { refreshRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { folderFetch } from './folder-fetch.ts';

/**
 * Proves with the client of stations and devices that they will accept what is about to be published: the folder as it
 * lies there, under a timestamp that is not in place yet. Throws `RepositoryError`, and then nothing has changed for anybody.
 */
export async function proveAcceptable(dir: string, timestamp: Uint8Array, nowMs: number): Promise<void> {
  const folder = folderFetch(join(dir, 'repository'));
  const trustedRoot = await folder('metadata/1.root.json', 1024 * 1024);
  if (trustedRoot === undefined) throw new RepositoryError({ code: 'MISSING', role: 'root' });
  const repository = await refreshRepository({
    store: createMemoryStore(),
    fetch: async (path, maxBytes) => (path === 'metadata/timestamp.json' ? timestamp : folder(path, maxBytes)),
    now: nowMs,
    trustedRoot,
    // Expiry of roles that this job does not sign must not keep the others from being signed.
    ignoreExpiry: true,
  });
  await repository.listTargets('');
  const [failure] = repository.failures.values();
  if (failure !== undefined) throw failure;
}
