import { join } from 'node:path';
import { readSnapshot, readTimestamp } from '#core/repository/metadata.ts';
import type { MetadataStore } from '#core/repository/session.ts';
import { parseSigned } from '#core/repository/signed.ts';
import { namesIn, readIfThere, writeDurably } from '../programme/disk.ts';

/** A mirror folder's metadata as the client's memory: it can never be brought back to an older state. */
export interface FolderStore extends MetadataStore {
  /** Writes what the client committed, as a host publishes it: timestamp last. */
  release(): Promise<void>;
}

/** Opens the metadata that a mirror folder holds. What is committed stays in memory until `release`. */
export async function openFolderStore(folder: string): Promise<FolderStore> {
  const metadata = join(folder, 'metadata');
  const names = await namesIn(metadata);
  const held = new Map<string, Uint8Array | undefined>();
  const versions = await announcedVersions(metadata);
  const fileOf = (name: string): string | undefined => {
    if (name === 'timestamp') return 'timestamp.json';
    if (name === 'root') return newestRoot(names);
    if (/^\d+\.root$/.test(name)) return `${name}.json`;
    const version = versions.get(name);
    return version === undefined ? undefined : `${version}.${name}.json`;
  };
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    if (held.has(name)) return held.get(name);
    const file = fileOf(name);
    return file === undefined ? undefined : readIfThere(join(metadata, file));
  };
  return {
    read,
    commit: async (changes) => {
      for (const [name, bytes] of changes) held.set(name, bytes);
    },
    async release() {
      for (const [name, bytes] of held) {
        if (bytes === undefined || name === 'root' || name === 'timestamp') continue;
        const file = /^\d+\.root$/.test(name) ? `${name}.json` : `${versionIn(bytes)}.${name}.json`;
        await writeDurably(join(metadata, file), bytes);
      }
      const timestamp = held.get('timestamp');
      if (timestamp !== undefined) await writeDurably(join(metadata, 'timestamp.json'), timestamp);
    },
  };
}

async function announcedVersions(metadata: string): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  const timestamp = await readIfThere(join(metadata, 'timestamp.json'));
  if (timestamp === undefined) return versions;
  const { snapshot } = await readTimestamp(parseSigned(timestamp, 'timestamp').signed);
  versions.set('snapshot', snapshot.version);
  const bytes = await readIfThere(join(metadata, `${snapshot.version}.snapshot.json`));
  if (bytes === undefined) return versions;
  const { meta } = await readSnapshot(parseSigned(bytes, 'snapshot').signed);
  for (const [role, { version }] of meta) versions.set(role, version);
  return versions;
}

function newestRoot(names: readonly string[]): string | undefined {
  const versions = names.flatMap((name) => /^(\d+)\.root\.json$/.exec(name)?.[1] ?? []).map(Number);
  return versions.length === 0 ? undefined : `${Math.max(...versions)}.root.json`;
}

function versionIn(bytes: Uint8Array): number {
  const { signed } = parseSigned(bytes, 'mirror');
  const version = typeof signed === 'object' && signed !== null && 'version' in signed ? signed['version'] : undefined;
  if (typeof version !== 'number') throw new TypeError('the client commits only metadata that it has read');
  return version;
}
