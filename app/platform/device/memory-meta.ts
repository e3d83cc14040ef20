import type { DeviceMeta } from './device-database.ts';
import type { MetaStore } from './device-meta.ts';

/** The single values of a device in memory, as `metaStore` keeps them on disk: for tests that need no browser. */
export function memoryMeta(values: Partial<DeviceMeta> = {}): MetaStore {
  let kept: Partial<DeviceMeta> = values;
  return {
    read: async (name) => kept[name],
    write: async (changes) => {
      kept = Object.fromEntries(Object.entries({ ...kept, ...changes }).filter(([, value]) => value !== undefined));
    },
  };
}
