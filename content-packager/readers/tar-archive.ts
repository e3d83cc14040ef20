import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { printable, refusal, twinRefusal } from './archive-refusal.ts';
import { sliceSource } from './byte-source.ts';
import type { InputFile } from './course.ts';
import { ReaderError } from './reader-error.ts';

const BLOCK = 512;
const MAX_ENTRIES = 100_000;
const MAX_TOTAL_BYTES = 8 * 1024 ** 3;
const MAX_RATIO = 200;
const MAX_LONG_NAME = 64 * 1024;

/** A tar archive, unpacked into one file of its own. */
export interface TarArchive {
  readonly files: readonly InputFile[];
  close(): Promise<void>;
}

/**
 * Reads a gzip or plain tar once, from front to back, into a temporary file that only this user can read; a gzip
 * stream has no directory and cannot be read twice in parts. A hard link to a file earlier in the archive, as tar writes
 * for a file that it was given twice, is that file. Symbolic links, other hard links, devices, names that leave the archive, two names
 * that are one on some file system, and bombs are refused. Memory stays flat.
 */
export async function openTar(path: string, file: string): Promise<TarArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'leeslicht-tar-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const spool = join(folder, 'content');
    const handle = await open(spool, 'wx', 0o600);
    try {
      const parser = createParser(file, (await stat(path)).size, handle);
      await feed(path, parser);
      const entries = parser.finish();
      return {
        files: entries.map(({ name, offset, sizeBytes }) => ({
          path: name,
          source: sliceSource(spool, offset, sizeBytes),
        })),
        close,
      };
    } finally {
      await handle.close();
    }
  } catch (error) {
    await close();
    if (error instanceof ReaderError) throw error;
    if (error instanceof Error && 'syscall' in error) throw error;
    throw malformed(file, error);
  }
}

interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

interface Parser {
  take(piece: Uint8Array): Promise<void>;
  finish(): readonly TarEntry[];
}

async function feed(path: string, parser: Parser): Promise<void> {
  const head = await open(path, 'r');
  const magic = new Uint8Array(2);
  await head.read(magic, 0, 2, 0).finally(() => head.close());
  const raw = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const stream = isGzip ? raw.pipe(gunzip) : raw;
  raw.on('error', (cause) => stream.destroy(cause));
  try {
    for await (const piece of stream) {
      if (piece instanceof Uint8Array) await parser.take(piece);
    }
  } finally {
    raw.destroy();
    gunzip.destroy();
  }
}

function createParser(file: string, packedBytes: number, spool: FileHandle): Parser {
  const taken = new Map<string, TarEntry>();
  const seen = new Map<string, string>();
  let header: Uint8Array = new Uint8Array(0);
  let body: { entry: Header; left: number; padding: number; text?: Uint8Array[] } | undefined;
  let longName: string | undefined;
  let longTarget: string | undefined;
  let paxName: string | undefined;
  let paxTarget: string | undefined;
  let paxSize: number | undefined;
  let position = 0;
  let total = 0;
  let ended = false;

  const begin = (block: Uint8Array): void => {
    if (block.every((byte) => byte === 0)) {
      ended = true;
      return;
    }
    const entry = readHeader(block, file);
    const { type } = entry;
    const isMeta = 'xgLK'.includes(type);
    const sizeBytes = isMeta ? entry.sizeBytes : (paxSize ?? entry.sizeBytes);
    const target = paxTarget ?? longTarget ?? entry.target;
    const linked = type === '1' && sizeBytes === 0 ? taken.get(segmentsOf(target).join('/')) : undefined;
    total += linked?.sizeBytes ?? sizeBytes;
    if (total > MAX_TOTAL_BYTES || (total > 64 * 1024 * 1024 && total > packedBytes * MAX_RATIO))
      throw refusal(
        'TAR_BOMB',
        file,
        'unpacks to far more than it should',
        'Do not use this file unless you know its maker.',
      );
    if (taken.size >= MAX_ENTRIES)
      throw refusal('TAR_BOMB', file, `holds more than ${MAX_ENTRIES} files`, 'Split the course into smaller modules.');
    if (isMeta && sizeBytes > MAX_LONG_NAME) throw malformed(file);
    const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
    if (isMeta) {
      body = { entry, left: sizeBytes, padding, text: [] };
      return;
    }
    const name = paxName ?? longName ?? entry.name;
    longName = undefined;
    longTarget = undefined;
    paxName = undefined;
    paxTarget = undefined;
    paxSize = undefined;
    if (type !== '0' && type !== '5' && linked === undefined)
      throw refusal(
        'TAR_SYMLINK',
        file,
        `holds a link or device: "${printable(name)}"`,
        'Replace it by the file itself.',
      );
    const path = checkedName(name, file);
    const isFile = type === '0' || (linked !== undefined && linked.name !== path);
    if (isFile && path !== '') {
      const key = path.toLowerCase();
      const twin = seen.get(key);
      if (twin !== undefined) throw twinRefusal('TAR_DUPLICATE', file, twin, path);
      seen.set(key, path);
      taken.set(path, { offset: position, sizeBytes, ...linked, name: path });
    }
    body = { entry, left: sizeBytes, padding };
  };

  const endOf = (text: string, type: string): void => {
    if (type === 'L') longName = text.replace(/\0.*$/s, '');
    if (type === 'K') longTarget = text.replace(/\0.*$/s, '');
    if (type !== 'x') return;
    const records = readPax(text);
    paxName = records.get('path') ?? paxName;
    paxTarget = records.get('linkpath') ?? paxTarget;
    const size = Number(records.get('size') ?? Number.NaN);
    if (Number.isSafeInteger(size) && size >= 0) paxSize = size;
  };

  return {
    async take(piece) {
      let at = 0;
      while (at < piece.length && !ended) {
        if (body === undefined) {
          const part = piece.subarray(at, at + BLOCK - header.length);
          header = Buffer.concat([header, part]);
          at += part.length;
          if (header.length === BLOCK) {
            const block = header;
            header = new Uint8Array(0);
            begin(block);
          }
        } else if (body.left > 0) {
          const part = piece.subarray(at, at + body.left);
          if (body.text === undefined) {
            await spool.write(part, 0, part.length, position);
            position += part.length;
          } else body.text.push(Buffer.from(part));
          body.left -= part.length;
          at += part.length;
        } else {
          const skipped = Math.min(body.padding, piece.length - at);
          body.padding -= skipped;
          at += skipped;
        }
        if (body !== undefined && body.left === 0 && body.padding === 0) {
          if (body.text !== undefined) endOf(Buffer.concat(body.text).toString('utf8'), body.entry.type);
          body = undefined;
        }
      }
    },
    finish() {
      if ((body !== undefined && (body.left > 0 || body.padding > 0)) || header.length > 0 || taken.size === 0)
        throw malformed(file);
      return [...taken.values()];
    },
  };
}

interface Header {
  readonly name: string;
  readonly sizeBytes: number;
  readonly type: string;
  /** Of a link: what it points to. */
  readonly target: string;
}

function readHeader(block: Uint8Array, file: string): Header {
  const text = (from: number, length: number): string =>
    Buffer.from(block.subarray(from, from + length))
      .toString('utf8')
      .replace(/\0.*$/s, '');
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (Number.parseInt(text(148, 8).trim(), 8) !== sum) throw malformed(file);
  const isUstar = text(257, 5) === 'ustar';
  const prefix = isUstar ? text(345, 155) : '';
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const first = block[124] ?? 0;
  const sizeBytes =
    (first & 0x80) === 0
      ? Number.parseInt(text(124, 12).trim() || '0', 8)
      : Number(Buffer.from(block.subarray(128, 136)).readBigUInt64BE());
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw malformed(file);
  const type = text(156, 1);
  return { name, sizeBytes, type: type === '' || type === '7' ? '0' : type, target: text(157, 100) };
}

function readPax(text: string): Map<string, string> {
  const records = new Map<string, string>();
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const length = Number(bytes.toString('utf8', at, space));
    if (space === -1 || !Number.isSafeInteger(length) || length < 5) break;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function checkedName(name: string, file: string): string {
  const segments = segmentsOf(name);
  if (name.startsWith('/') || name.includes('\\') || name.includes('\0') || segments.includes('..'))
    throw refusal(
      'TAR_UNSAFE_NAME',
      file,
      `holds a name that leaves the archive: "${printable(name)}"`,
      'Do not use this file; ask its maker for a clean one.',
    );
  return segments.join('/');
}

function segmentsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

function malformed(file: string, cause?: unknown): ReaderError {
  return new ReaderError({
    code: 'TAR_MALFORMED',
    file,
    problem: 'is not a whole tar archive',
    advice: 'Copy or download it again; it may be cut off.',
    cause,
  });
}
