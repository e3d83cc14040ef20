import { readFile } from 'node:fs/promises';
import type { MetadataStore } from '#core/repository/client.ts';
import { writeDurably } from './durable-file.ts';

/** The station's trusted metadata in one file, replaced as a whole: one atomic commit after all checks. */
export async function openMetadataFile(path: string): Promise<MetadataStore> {
  const trusted = await load(path);
  return {
    read: (name) => Promise.resolve(trusted.get(name)),
    commit: async (changes) => {
      const next = new Map(trusted);
      apply(next, changes);
      const text = JSON.stringify(
        Object.fromEntries([...next].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
      );
      await writeDurably(path, Buffer.from(text));
      apply(trusted, changes);
    },
  };
}

function apply(to: Map<string, Uint8Array>, changes: ReadonlyMap<string, Uint8Array | undefined>): void {
  for (const [name, bytes] of changes) {
    if (bytes === undefined) to.delete(name);
    else to.set(name, bytes);
  }
}

async function load(path: string): Promise<Map<string, Uint8Array>> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(path, 'utf8')));
    return new Map(
      entries.map(([name, value]) => {
        if (typeof value !== 'string') throw new Error(`${path}: ${name} is not text`);
        return [name, new Uint8Array(Buffer.from(value, 'base64'))];
      }),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
}
