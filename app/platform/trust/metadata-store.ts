import { toBytes } from '#core/bytes/bytes.ts';
import type { Floors } from '#core/licence/floors.ts';
import type { MetadataStore } from '#core/repository/client.ts';
import type { DeviceDatabase } from '../device/device-database.ts';

/** A metadata store over the device's, whose changes reach the disk only with `commitAll`. */
export interface StagedMetadata extends MetadataStore {
  /**
   * Writes the staged metadata, together with the targets it vouches for and the floors that they set, in one strict
   * transaction: so the device never holds metadata of a list that it does not hold itself.
   * @param targets target files by their SHA-256
   */
  commitAll(targets: ReadonlyMap<string, Uint8Array>, floors: Floors): Promise<void>;
}

/** Metadata as it is on the device: for verifying again, offline. */
export function storedMetadata(database: DeviceDatabase): MetadataStore {
  return {
    read: (name) => database.get('metadata', name),
    commit: (changes) => writeAll(database, changes, new Map()),
  };
}

/** Metadata of an update under way. */
export function stagedMetadata(database: DeviceDatabase): StagedMetadata {
  const staged = new Map<string, Uint8Array | undefined>();
  return {
    read: async (name) => (staged.has(name) ? staged.get(name) : database.get('metadata', name)),
    async commit(changes) {
      for (const [name, bytes] of changes) staged.set(name, bytes);
    },
    async commitAll(targets, floors) {
      await writeAll(database, staged, targets, floors);
      staged.clear();
    },
  };
}

/** The metadata that vouched for one module, kept with it. Writing to it is an error of the caller. */
export function chainMetadata(chain: Readonly<Record<string, Uint8Array>>): MetadataStore {
  const entries = new Map(Object.entries(chain));
  return {
    read: async (name) => entries.get(name),
    async commit(changes) {
      // Opening a stored chain may tidy its copy of the metadata; the chain on disk stays as it was verified.
      for (const [name, bytes] of changes) {
        if (bytes) entries.set(name, bytes);
        else entries.delete(name);
      }
    },
  };
}

async function writeAll(
  database: DeviceDatabase,
  changes: ReadonlyMap<string, Uint8Array | undefined>,
  targets: ReadonlyMap<string, Uint8Array>,
  floors?: Floors,
): Promise<void> {
  const stores = ['metadata', 'targets', 'meta'] as const;
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
  const metadata = transaction.objectStore('metadata');
  const writes: Promise<unknown>[] = [];
  for (const [name, bytes] of changes) {
    writes.push(bytes === undefined ? metadata.delete(name) : metadata.put(toBytes(bytes), name));
  }
  if (floors) writes.push(transaction.objectStore('meta').put(floors, 'floors'));
  for (const [sha256, bytes] of targets) writes.push(transaction.objectStore('targets').put(toBytes(bytes), sha256));
  await Promise.all([...writes, transaction.done]);
}
