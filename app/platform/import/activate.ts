import { sha256Hex } from '#core/crypto/digest.ts';
import type { Manifest } from '#core/module/manifest.ts';
import type { ActiveModule, DeviceDatabase, StoredManifest } from '../device/device-database.ts';
import { chunkHashes } from './import-chunks.ts';
import { ImportError } from './import-error.ts';

/** Notes down that an import begins: from now on its chunks are needed, and a sync after a crash goes on with it. */
export async function beginImport(
  database: DeviceDatabase,
  path: string,
  manifest: Manifest,
  stored: StoredManifest,
): Promise<void> {
  const transaction = database.transaction(['manifests', 'imports'], 'readwrite', { durability: 'strict' });
  const { title, language, version, sizeBytes } = manifest;
  await Promise.all([
    transaction.objectStore('manifests').put(stored),
    transaction
      .objectStore('imports')
      .put({ path, manifestSha256: stored.sha256, title, language, version, sizeBytes, doneBytes: 0 }),
    transaction.done,
  ]);
}

/**
 * Makes an imported version the one that is read: the single durable step of an import. Throws ImportError
 * `MISSING_CHUNK`, and changes nothing, if a chunk is not there (a relaxed write may be lost with the power).
 */
export async function activate(
  database: DeviceDatabase,
  path: string,
  manifest: Manifest,
  manifestSha256: string,
  chain: ActiveModule['chain'],
): Promise<void> {
  const hashes = await chunkHashes(database, manifestSha256);
  const transaction = database.transaction(['chunks', 'active', 'imports'], 'readwrite', { durability: 'strict' });
  const chunks = transaction.objectStore('chunks');
  for (const hash of hashes) {
    if ((await chunks.getKey(hash)) !== undefined) continue;
    transaction.abort();
    await transaction.done.catch(() => undefined);
    throw new ImportError({ code: 'MISSING_CHUNK', detail: hash });
  }
  const { title, language, version, sizeBytes } = manifest;
  const key = manifestSha256.slice(0, 32);
  const active = { path, key, manifestSha256, title, language, version, sizeBytes, withdrawn: false, chain };
  await Promise.all([
    transaction.objectStore('active').put(active),
    transaction.objectStore('imports').delete(path),
    transaction.done,
  ]);
}

/** Removes a module that was withdrawn by a signature: from the shelf at once, its chunks with the next collection. */
export async function withdraw(database: DeviceDatabase, path: string): Promise<void> {
  const transaction = database.transaction(['active', 'imports'], 'readwrite', { durability: 'strict' });
  const store = transaction.objectStore('active');
  const active = await store.get(path);
  if (active) await store.put({ ...active, withdrawn: true });
  await Promise.all([transaction.objectStore('imports').delete(path), transaction.done]);
}

/** Deletes the manifests and chunks that no active version and no import under way needs. Returns how many chunks. */
export async function collectGarbage(database: DeviceDatabase): Promise<number> {
  const [active, imports] = await Promise.all([database.getAll('active'), database.getAll('imports')]);
  const versions = new Set(
    [...active.filter((module) => !module.withdrawn), ...imports].map((module) => module.manifestSha256),
  );
  const kept = new Set<string>();
  for (const sha256 of versions) {
    // A manifest that is damaged itself is repaired by the sync; until then its chunks cannot be told, so all stay.
    const hashes = await chunkHashes(database, sha256).catch(() => undefined);
    if (!hashes) return 0;
    for (const hash of hashes) kept.add(hash);
  }
  const transaction = database.transaction(['chunks', 'manifests'], 'readwrite', { durability: 'relaxed' });
  const [chunkKeys, manifestKeys] = await Promise.all([
    transaction.objectStore('chunks').getAllKeys(),
    transaction.objectStore('manifests').getAllKeys(),
  ]);
  const unused = chunkKeys.filter((hash) => !kept.has(hash));
  await Promise.all([
    ...unused.map((hash) => transaction.objectStore('chunks').delete(hash)),
    ...manifestKeys.filter((key) => !versions.has(key)).map((key) => transaction.objectStore('manifests').delete(key)),
    transaction.done,
  ]);
  return unused.length;
}

/** The stored form of a manifest and its leaves. */
export async function storedManifest(
  manifest: Uint8Array<ArrayBuffer>,
  leaves: Uint8Array<ArrayBuffer>,
): Promise<StoredManifest> {
  return { sha256: await sha256Hex(manifest), manifest, leaves };
}
