import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Why an object cannot be given. */
export class ObjectError extends Error {
  readonly code: 'DAMAGED' | 'BAD_HASH';
  constructor(code: 'DAMAGED' | 'BAD_HASH') {
    super(code);
    this.name = 'ObjectError';
    this.code = code;
  }
}

/** Opens a store of content-addressed files under `folder`; makes the folder durably when it is missing. */
export async function openObjects(folder: string): Promise<{
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
}> {
  await mkdir(join(folder, 'incoming'), { recursive: true });
  await mkdir(join(folder, 'objects'), { recursive: true });
  await syncFolder(folder);
  return { put: (bytes) => put(folder, bytes), get: (hash) => get(folder, hash) };
}

// Any error here leaves no receipt: the caller ends the process, because a failed fsync cannot be retried.
async function put(folder: string, bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const temporary = join(folder, 'incoming', randomBytes(16).toString('hex'));
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, 'objects', hash));
  await syncFolder(join(folder, 'objects'));
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

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
