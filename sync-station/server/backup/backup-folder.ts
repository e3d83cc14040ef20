import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import { ageDecrypt, ageEncrypt } from '#core/parcel/age.ts';
import { syncFolder } from '../../store/sync-folder.ts';
import { fileExists, writeStationFile } from '../data-folder.ts';
import { BackupError } from './backup-error.ts';

const descriptionSchema = z.strictObject({
  format: z.literal('leeslicht-station-backup-v1'),
  /** Made with the folder: a mount point without its medium does not have it. */
  backupId: z.string().regex(/^[0-9a-f]{32}$/),
  siteId: z.string(),
  receiptKeyId: z.string(),
  madeAtMs: z.int().nullable(),
  /** SHA-256 of the database; null until the first backup is whole. */
  database: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});

/** What a backup folder says of itself, in `backup.json`. */
export type BackupDescription = z.infer<typeof descriptionSchema>;

/** Keys that a backup is sealed to and opened with: the station's own age key. */
export interface BackupKeys {
  readonly recipient: string;
  readonly identity: string;
}

const DESCRIPTION = 'backup.json';
const OBJECT = /^[0-9a-f]{64}\.age$/;

/** Reads what the folder says of itself; undefined when it is no backup folder. */
export async function readDescription(folder: string): Promise<BackupDescription | undefined> {
  const path = join(folder, DESCRIPTION);
  if (!(await fileExists(path))) return undefined;
  try {
    return descriptionSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new BackupError({ code: 'DAMAGED', detail: path, cause });
  }
}

/** Says what the folder holds now: the last step of a backup, and one atomic rename. */
export function writeDescription(folder: string, description: BackupDescription): Promise<void> {
  return writeStationFile(join(folder, DESCRIPTION), `${JSON.stringify(description, undefined, 2)}\n`, 0o600);
}

/** The hashes of the objects in the folder; each was read back and compared before it got its name. */
export async function listObjects(folder: string): Promise<Set<string>> {
  const hashes = new Set<string>();
  if (!(await fileExists(join(folder, 'objects')))) return hashes;
  for (const entry of await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && OBJECT.test(entry.name)) hashes.add(entry.name.slice(0, 64));
  }
  return hashes;
}

/** Seals an object into the folder. It gets its name only when it was read back from the medium and opens. */
export async function writeObject(folder: string, keys: BackupKeys, hash: string, bytes: Uint8Array): Promise<void> {
  const path = objectPath(folder, hash);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  await writeSynced(part, await ageEncrypt(bytes, keys.recipient));
  if (!(await isWhole(part, keys, hash))) throw new BackupError({ code: 'DAMAGED', detail: part });
  await rename(part, path);
  await syncFolder(dirname(path));
}

/** An object of the folder. Throws BackupError DAMAGED. */
export async function readObject(folder: string, keys: BackupKeys, hash: string): Promise<Uint8Array> {
  const bytes = await openObject(objectPath(folder, hash), keys);
  if (!bytes || sha256(bytes) !== hash) throw new BackupError({ code: 'DAMAGED', detail: objectPath(folder, hash) });
  return bytes;
}

/** Whether an object of the folder still opens; a damaged one loses its name, and the next backup writes it again. */
export async function scrubObject(folder: string, keys: BackupKeys, hash: string): Promise<boolean> {
  const path = objectPath(folder, hash);
  if (await isWhole(path, keys, hash)) return true;
  await rm(path, { force: true });
  return false;
}

/** Seals a database file into the folder and returns its SHA-256. Memory stays flat. */
export async function writeDatabase(folder: string, keys: BackupKeys, file: string): Promise<string> {
  await mkdir(join(folder, 'database'), { recursive: true });
  const part = join(folder, 'database', 'new.part');
  const hash = createHash('sha256');
  const encrypter = new Encrypter();
  encrypter.addRecipient(keys.recipient);
  const plain = toWeb(createReadStream(file), (chunk) => hash.update(chunk));
  await pipeline(partsOf(await encrypter.encrypt(plain)), createWriteStream(part, { mode: 0o600 }));
  const written = await open(part, 'r+');
  try {
    await written.sync();
  } finally {
    await written.close();
  }
  const name = hash.digest('hex');
  await rename(part, databasePath(folder, name));
  await syncFolder(join(folder, 'database'));
  return name;
}

/** Opens a database of the folder into a file. Throws BackupError DAMAGED unless it is the one with this hash. */
export async function readDatabase(folder: string, keys: BackupKeys, hash: string, to: string): Promise<void> {
  const path = databasePath(folder, hash);
  const found = createHash('sha256');
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(keys.identity);
    const plain = await decrypter.decrypt(toWeb(createReadStream(path)));
    const counted = partsOf(plain, (part) => found.update(part));
    await pipeline(counted, createWriteStream(to, { mode: 0o600 }));
  } catch (cause) {
    throw new BackupError({ code: 'DAMAGED', detail: path, cause });
  }
  if (found.digest('hex') !== hash) throw new BackupError({ code: 'DAMAGED', detail: path });
}

/** Lets older databases go; the newest `keep` stay. */
export async function dropOldDatabases(folder: string, current: string, older: readonly string[]): Promise<void> {
  const keep = new Set([current, ...older].map((hash) => `${hash}.age`));
  for (const name of await readdir(join(folder, 'database'))) {
    if (!keep.has(name)) await rm(join(folder, 'database', name), { force: true });
  }
}

async function isWhole(path: string, keys: BackupKeys, hash: string): Promise<boolean> {
  const bytes = await openObject(path, keys);
  return bytes !== undefined && sha256(bytes) === hash;
}

async function openObject(path: string, keys: BackupKeys): Promise<Uint8Array | undefined> {
  try {
    return await ageDecrypt(new Uint8Array(await readFile(path)), keys.identity);
  } catch {
    // Missing, unreadable or changed: in each case it is no copy.
    return undefined;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function toWeb(stream: Readable, see: (part: Uint8Array) => void = () => {}): ReadableStream<Uint8Array> {
  const parts = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done || !(value instanceof Uint8Array)) return controller.close();
      see(value);
      controller.enqueue(value);
    },
    cancel() {
      stream.destroy();
    },
  });
}

async function* partsOf(
  stream: ReadableStream<Uint8Array>,
  see: (part: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    see(next.value);
    yield next.value;
  }
}

const objectPath = (folder: string, hash: string): string => join(folder, 'objects', hash.slice(0, 2), `${hash}.age`);
const databasePath = (folder: string, hash: string): string => join(folder, 'database', `${hash}.age`);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
