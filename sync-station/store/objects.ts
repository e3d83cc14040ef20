import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Why an object cannot be given. */
export class ObjectError extends Error {
  readonly code: 'DAMAGED' | 'BAD_HASH';
  constructor(code: 'DAMAGED' | 'BAD_HASH') {
    super(code);
    this.name = 'ObjectError';
    this.code = code;
  }
}

/** The steps of `put`, for tests that stop the process at each. */
export type PutStep = 'object-written' | 'object-synced' | 'object-renamed' | 'object-folder-synced';

/**
 * Opens a store of content-addressed files under `folder`; makes the folder durably when it is missing, and clears
 * what an interrupted `put` left. `reached` is called after each step of a `put`.
 */
export async function openObjects(
  folder: string,
  reached: (step: PutStep) => void = () => {},
): Promise<{
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
}> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true });
  await mkdir(join(folder, 'objects'), { recursive: true });
  // Nothing refers to these: a receipt is only signed after the rename.
  for (const name of await readdir(incoming)) await unlink(join(incoming, name));
  await syncFolder(folder);
  const syncObjects = shareSyncs(join(folder, 'objects'));
  return { put: (bytes) => put(folder, bytes, reached, syncObjects), get: (hash) => get(folder, hash) };
}

// Any error here leaves no receipt: the caller ends the process, because a failed fsync cannot be retried.
async function put(
  folder: string,
  bytes: Uint8Array,
  reached: (step: PutStep) => void,
  syncObjects: () => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const temporary = join(folder, 'incoming', randomBytes(16).toString('hex'));
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    reached('object-written');
    await file.sync();
    reached('object-synced');
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, 'objects', hash));
  reached('object-renamed');
  await syncObjects();
  reached('object-folder-synced');
  return hash;
}

async function get(folder: string, hash: string): Promise<Uint8Array | undefined> {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new ObjectError('BAD_HASH');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(join(folder, 'objects', hash)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  if (createHash('sha256').update(bytes).digest('hex') !== hash) throw new ObjectError('DAMAGED');
  return bytes;
}

/** One sync of the folder serves everyone who renamed before it began; who comes during a sync shares the next one. */
function shareSyncs(path: string): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  return () => {
    if (running === undefined) {
      running = syncFolder(path).finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => {
        // Those who waited for that sync get its error; this one must find out for itself.
      })
      .then(() => {
        next = undefined;
        running = syncFolder(path).finally(() => {
          running = undefined;
        });
        return running;
      });
    return next;
  };
}
