import type { MetadataStore } from './session.ts';

/** A metadata store in memory, for tests and for a frozen chain; starts with a copy of `initial`. */
export function createMemoryStore(
  initial: ReadonlyMap<string, Uint8Array> = new Map(),
): MetadataStore & { readonly entries: ReadonlyMap<string, Uint8Array> } {
  const entries = new Map(initial);
  return {
    entries,
    read: async (name) => entries.get(name),
    commit: async (changes) => {
      for (const [name, bytes] of changes) {
        if (bytes === undefined) entries.delete(name);
        else entries.set(name, bytes);
      }
    },
  };
}
