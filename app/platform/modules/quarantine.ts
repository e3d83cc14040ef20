import type { DeviceDatabase, QuarantinedFile } from '../device/device-database.ts';

/** The key of a file in the quarantine. */
export function quarantineId(path: string, href: string): string {
  return `${path}#${href}`;
}

/** Whether a file waits for repair. */
export async function isQuarantined(database: DeviceDatabase, path: string, href: string): Promise<boolean> {
  return (await database.getKey('quarantine', quarantineId(path, href))) !== undefined;
}

/**
 * Closes a file and throws its wrong chunk away, in one strict transaction: the chunk counts as missing, so the next
 * import brings it again, and nobody reads it meanwhile.
 */
export async function quarantineFile(
  database: DeviceDatabase,
  path: string,
  href: string,
  hash: string,
): Promise<void> {
  const transaction = database.transaction(['quarantine', 'chunks'], 'readwrite', { durability: 'strict' });
  const quarantine = transaction.objectStore('quarantine');
  const id = quarantineId(path, href);
  const known = await quarantine.get(id);
  const hashes = [...new Set([...(known?.hashes ?? []), hash])];
  await Promise.all([
    quarantine.put({ id, path, href, hashes, reported: false }),
    transaction.objectStore('chunks').delete(hash),
    transaction.done,
  ]);
}

/** Opens the files of a module again whose wrong chunks are here again. Returns the files that are open now. */
export async function releaseRepaired(database: DeviceDatabase, path: string): Promise<readonly QuarantinedFile[]> {
  const transaction = database.transaction(['quarantine', 'chunks'], 'readwrite', { durability: 'strict' });
  const quarantine = transaction.objectStore('quarantine');
  const chunks = transaction.objectStore('chunks');
  const released: QuarantinedFile[] = [];
  for (const file of await quarantine.getAll()) {
    if (file.path !== path) continue;
    const found = await Promise.all(file.hashes.map((hash) => chunks.getKey(hash)));
    if (found.includes(undefined)) continue;
    await quarantine.delete(file.id);
    released.push(file);
  }
  await transaction.done;
  return released;
}
