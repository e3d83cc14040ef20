import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { toBytes } from '#core/bytes/bytes.ts';
import { matchSha256 } from '#core/crypto/verified-bytes.ts';
import { publishedPath, type RepositoryFetch } from '#core/repository/client.ts';
import { readIfThere, writeDurably } from '../programme/disk.ts';
import { folderFetch } from '../programme/folder-fetch.ts';
import { openFolderStore } from './folder-store.ts';
import { badMirror, isThere, piecesOf } from './module-pieces.ts';
import { openVerified } from './open-verified.ts';
import { writeReceived } from './received.ts';

/** Who takes over what. */
export interface ImportOptions {
  readonly stick: string;
  /** The folder that a station reads as its repository. */
  readonly folder: string;
  /** SHA-256 of the programme's first root; needed the first time. */
  readonly fingerprint: string | undefined;
  /** Name under which the stick remembers this mirror. */
  readonly receiver: string;
  readonly nowMs: number;
}

/** What was taken over. */
export interface MirrorImport {
  readonly modules: number;
  readonly newPieces: number;
  readonly knownPieces: number;
  readonly rootVersion: number;
  readonly expiresAtMs: number;
  /** Why the stick does not know what this mirror has; the next export then brings more than needed. */
  readonly notNoted: string | undefined;
}

/**
 * Takes a stick over into a mirror folder. The devices' client checks everything first, against what the folder held
 * before; every chunk is hashed before it is kept; metadata comes last and timestamp.json at the very end, so that the
 * folder is whole at every moment. A stick that lacks something changes nothing that a station can see.
 */
export async function importMirror(options: ImportOptions): Promise<MirrorImport> {
  const { stick, folder, nowMs } = options;
  const fetch = folderFetch(stick);
  const known = await readIfThere(join(folder, 'metadata', '1.root.json'));
  const trustedRoot = known ?? (await rootByFingerprint(fetch, stick, options.fingerprint));
  const store = await openFolderStore(folder);
  const repository = await openVerified({ fetch, trustedRoot, nowMs, where: stick, store });
  const own = folderFetch(folder);
  let [newPieces, knownPieces] = [0, 0];
  const manifests: { path: string; sha256: string }[] = [];
  for (const [path, { length, hashes }] of repository.targets) {
    const place = publishedPath(path, hashes.sha256);
    const bytes = await verified([own, fetch], place, hashes.sha256, length);
    await writeUnlessThere(join(folder, place), bytes, length);
    if (!path.startsWith('courses/')) continue;
    manifests.push({ path, sha256: hashes.sha256 });
    const pieces = await piecesOf(bytes, async (leaves, maxBytes) =>
      verified([own, fetch], leaves, leaves.slice('leaves/'.length), maxBytes),
    );
    for (const piece of pieces) {
      if (await isThere(join(folder, piece.path), piece.sizeBytes)) {
        knownPieces += 1;
        continue;
      }
      const content = await verified([fetch], piece.path, piece.sha256, piece.sizeBytes);
      await writeDurably(join(folder, piece.path), content);
      newPieces += 1;
    }
  }
  if (known === undefined) await writeDurably(join(folder, 'metadata', '1.root.json'), trustedRoot);
  await store.release();
  return {
    modules: manifests.length,
    newPieces,
    knownPieces,
    rootVersion: repository.trusted.rootVersion,
    expiresAtMs: repository.trusted.expiresAtMs['timestamp'] ?? 0,
    notNoted: await note(stick, options.receiver, manifests),
  };
}

async function rootByFingerprint(
  fetch: RepositoryFetch,
  stick: string,
  fingerprint: string | undefined,
): Promise<Uint8Array> {
  const root = await fetch('metadata/1.root.json', 512 * 1024);
  if (root === undefined) throw badMirror(stick, 'holds no export');
  if (fingerprint === undefined) {
    throw badMirror(
      stick,
      'cannot be judged: this mirror does not know the programme yet',
      undefined,
      'Add --fingerprint and the root fingerprint that the programme gave you on paper.',
    );
  }
  if (createHash('sha256').update(root).digest('hex') === fingerprint.toLowerCase()) return root;
  throw badMirror(stick, 'begins with another root than this fingerprint', undefined, 'Take nothing from this stick.');
}

/** The first of these sources that has the right bytes. */
async function verified(
  sources: readonly RepositoryFetch[],
  path: string,
  sha256: string,
  maxBytes: number,
): Promise<Uint8Array> {
  let isSomething = false;
  for (const source of sources) {
    const bytes = await source(path, maxBytes);
    if (bytes === undefined) continue;
    isSomething = true;
    const good = await matchSha256(toBytes(bytes), sha256);
    if (good !== undefined) return good;
  }
  throw badMirror(path, isSomething ? 'is damaged' : 'is neither on the stick nor here');
}

async function writeUnlessThere(path: string, bytes: Uint8Array, sizeBytes: number): Promise<void> {
  if (!(await isThere(path, sizeBytes))) await writeDurably(path, bytes);
}

async function note(
  stick: string,
  receiver: string,
  manifests: readonly { readonly path: string; readonly sha256: string }[],
): Promise<string | undefined> {
  try {
    await writeReceived(stick, { receiver, manifests: [...manifests] });
    return undefined;
  } catch (error) {
    // A stick that cannot be written did its work all the same.
    return error instanceof Error ? error.message : String(error);
  }
}
