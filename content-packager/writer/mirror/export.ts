import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#core/bytes/bytes.ts';
import { publishedPath, type RepositoryFetch } from '#core/repository/client.ts';
import { isErrno, readIfThere, writeDurably } from '../programme/disk.ts';
import { folderFetch } from '../programme/folder-fetch.ts';
import { badMirror, isThere, type Piece, piecesOf } from './module-pieces.ts';
import { openVerified } from './open-verified.ts';
import { readReceived } from './received.ts';

const MAX_TARGET_BYTES = 64 * 1024 * 1024;
const HASH_NAME = /^[0-9a-f]{64}(?:\..+)?$/;

/** What an export put on the stick. */
export interface Exported {
  readonly modules: number;
  readonly copied: number;
  readonly copiedBytes: number;
  /** Chunks that lay there already, or that every mirror of this stick has. */
  readonly left: number;
  readonly removed: number;
  readonly timestampExpiresAtMs: number;
}

/**
 * Copies a repository to a stick: all metadata, and of the modules only chunks that some mirror which uses this stick
 * still lacks. What no module needs any more is removed. Timestamp comes last: a stick pulled out half-way is refused or
 * finished by the next export, never wrong.
 */
export async function exportMirror(source: string, stick: string, nowMs: number): Promise<Exported> {
  const fetch = folderFetch(source);
  const repository = await openVerified({ fetch, trustedRoot: await firstRootOf(fetch, source), nowMs, where: source });
  await refuseOtherProgramme(stick, repository.trustedRoot);
  const isOurs = (await readIfThere(join(stick, 'metadata', '1.root.json'))) !== undefined;
  const everyoneHas = await chunksOfAllReceivers(stick, fetch);
  const wanted = new Set<string>();
  let [modules, copied, copiedBytes, left] = [0, 0, 0, 0];
  const bring = async (path: string, sizeBytes: number): Promise<void> => {
    wanted.add(path);
    if (await isThere(join(stick, path), sizeBytes)) {
      left += 1;
      return;
    }
    await copyDurably(join(source, path), join(stick, path));
    copied += 1;
    copiedBytes += sizeBytes;
  };
  for (const [path, { length, hashes }] of repository.targets) {
    const bytes = await repository.trusted.downloadTarget(path);
    await bring(publishedPath(path, hashes.sha256), length);
    if (!path.startsWith('courses/')) continue;
    modules += 1;
    for (const piece of await piecesOf(bytes, fetch)) {
      if (piece.kind === 'chunk' && everyoneHas.has(piece.sha256)) left += 1;
      else await bring(piece.path, piece.sizeBytes);
    }
  }
  for (const name of repository.metadataNames) {
    if (name === 'timestamp.json') continue;
    wanted.add(`metadata/${name}`);
    await copyDurably(join(source, 'metadata', name), join(stick, 'metadata', name));
  }
  await copyDurably(join(source, 'metadata', 'timestamp.json'), join(stick, 'metadata', 'timestamp.json'));
  const removed = isOurs ? await removeUnwanted(stick, wanted) : 0;
  const timestampExpiresAtMs = repository.trusted.expiresAtMs['timestamp'] ?? 0;
  return { modules, copied, copiedBytes, left, removed, timestampExpiresAtMs };
}

async function firstRootOf(fetch: RepositoryFetch, source: string): Promise<Uint8Array> {
  const root = await fetch('metadata/1.root.json', 512 * 1024);
  if (root !== undefined) return root;
  throw badMirror(source, 'is no repository', undefined, 'Give the programme folder, or its repository folder.');
}

async function refuseOtherProgramme(stick: string, root: Uint8Array): Promise<void> {
  const there = await readIfThere(join(stick, 'metadata', '1.root.json'));
  if (there === undefined || equalBytes(there, root)) return;
  throw badMirror(stick, 'holds another programme', undefined, 'Take another folder on the stick for each programme.');
}

async function chunksOfAllReceivers(stick: string, fetch: RepositoryFetch): Promise<ReadonlySet<string>> {
  let common: Set<string> | undefined;
  for (const { manifests } of await readReceived(stick)) {
    const own = new Set<string>();
    for (const { path, sha256 } of manifests)
      for (const piece of await oldPieces(fetch, path, sha256)) own.add(piece.sha256);
    common = common === undefined ? own : new Set([...common].filter((hash) => own.has(hash)));
  }
  return common ?? new Set();
}

/** A module that a mirror has but the repository no longer keeps tells nothing: then its chunks are brought again. */
async function oldPieces(fetch: RepositoryFetch, path: string, sha256: string): Promise<readonly Piece[]> {
  if (!/^courses\/[a-z0-9-]+\/[^/]+$/.test(path)) return [];
  const manifest = await fetch(publishedPath(path, sha256), MAX_TARGET_BYTES);
  return manifest === undefined ? [] : piecesOf(manifest, fetch);
}

async function copyDurably(from: string, to: string): Promise<void> {
  const bytes = await readIfThere(from);
  if (bytes === undefined)
    throw badMirror(from, 'is missing', undefined, 'Put back the last good copy of repository/.');
  await writeDurably(to, bytes);
}

/** Only files with names of ours are removed: a stick may carry other things. */
async function removeUnwanted(stick: string, wanted: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const folder of ['chunks', 'leaves', 'targets', 'metadata']) {
    for (const path of await filesBelow(stick, folder)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const isMetadata = folder === 'metadata' && /^\d+\.[a-z0-9_-]+\.json$/.test(name);
      if (wanted.has(path) || !(isMetadata || HASH_NAME.test(name))) continue;
      await rm(join(stick, path));
      removed += 1;
    }
  }
  return removed;
}

async function filesBelow(stick: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(stick, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(stick.length + 1));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
