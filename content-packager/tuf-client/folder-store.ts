import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8 } from '#core/bytes/bytes.ts';
import type { MetadataStore } from '#core/repository/client.ts';
import { encodeName } from '#core/repository/paths.ts';
import { readIfThere, writeDurably } from '../writer/programme/disk.ts';

/** Longest name, in bytes, that every file system takes with an ending behind it. */
const MAX_NAME_BYTES = 200;

/**
 * Trusted metadata as `root.json`, `timestamp.json` and so on, each written as soon as it has passed its checks.
 * Of root only the newest is kept: it is what the next cycle begins with.
 */
export function openFolderStore(folder: string): MetadataStore {
  const isOlderRoot = (name: string): boolean => /^\d+\.root$/.test(name);
  const pathOf = (name: string): string => join(folder, `${fileNameOf(name)}.json`);
  return {
    writes: 'file',
    read: async (name) => (isOlderRoot(name) ? undefined : readIfThere(pathOf(name))),
    commit: async (changes) => {
      // What is forgotten goes first: a crash in between must not leave a new root beside what its old keys signed.
      for (const [name, bytes] of changes) if (bytes === undefined) await rm(pathOf(name), { force: true });
      for (const [name, bytes] of changes) {
        if (bytes !== undefined && !isOlderRoot(name)) await writeDurably(pathOf(name), bytes);
      }
    },
  };
}

/** One file name for any role or path: percent-encoded, never hidden and never a folder, hashed where it is too long. */
export function fileNameOf(name: string): string {
  const encoded = encodeName(name).replace(/^\.+/, (dots) => '%2E'.repeat(dots.length));
  return encoded.length <= MAX_NAME_BYTES ? encoded : createHash('sha256').update(utf8(name)).digest('hex');
}
