import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { printable, refusal, twinRefusal } from './archive-refusal.ts';
import type { ByteSource } from './course.ts';
import { ReaderError } from './reader-error.ts';

/** A file in an archive whose directory has been checked. */
export interface ArchiveEntry {
  /** NFC, relative, without `..` */
  readonly name: string;
  readonly sizeBytes: number;
  readonly stored: boolean;
  readonly source: ByteSource;
  /** Where the (possibly compressed) bytes begin in the file. */
  dataOffset(): Promise<number>;
}

/** An open archive. Folders are left out. */
export interface Archive {
  readonly entries: ReadonlyMap<string, ArchiveEntry>;
  close(): void;
}

/** What an archive may cost. A ratio is only judged for entries that unpack to more than 1 MiB. */
export interface ArchiveLimits {
  readonly maxEntries: number;
  readonly maxTotalBytes: number;
  readonly maxRatio: number;
}

/** Limits for inputs such as EPUB. */
export const INPUT_LIMITS: ArchiveLimits = { maxEntries: 100_000, maxTotalBytes: 8 * 1024 ** 3, maxRatio: 200 };

/**
 * Opens a ZIP and checks its whole directory before any byte is unpacked: names that leave the archive, links, two
 * names that are one on some file system, entries that share bytes, encrypted entries, and bombs are refused.
 */
export async function openArchive(path: string, file: string, limits: ArchiveLimits = INPUT_LIMITS): Promise<Archive> {
  let zip: ZipFile;
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, validateEntrySizes: true });
  } catch (cause) {
    // A file that is not there or may not be read is no malformed ZIP.
    if (cause instanceof Error && 'syscall' in cause) throw cause;
    throw malformed(file, cause);
  }
  return checkedArchive(zip, file, limits);
}

/** The same for an archive that lies in memory, such as a Word file inside another archive. */
export async function openArchiveBytes(
  bytes: Uint8Array,
  file: string,
  limits: ArchiveLimits = INPUT_LIMITS,
): Promise<Archive> {
  let zip: ZipFile;
  try {
    zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
      validateEntrySizes: true,
    });
  } catch (cause) {
    throw malformed(file, cause);
  }
  return checkedArchive(zip, file, limits);
}

async function checkedArchive(zip: ZipFile, file: string, limits: ArchiveLimits): Promise<Archive> {
  try {
    if (zip.entryCount > limits.maxEntries)
      throw refusal(
        'ZIP_TOO_MANY',
        file,
        `holds ${zip.entryCount} files, more than the ${limits.maxEntries} allowed`,
        'Split the course into smaller modules.',
      );
    const entries = await readDirectory(zip, file);
    checkDirectory(entries, file, limits);
    const byName = new Map<string, ArchiveEntry>();
    for (const entry of entries) {
      const name = nameOf(entry);
      if (!name.endsWith('/')) byName.set(name, archiveEntry(zip, entry, name, file));
    }
    return { entries: byName, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function readDirectory(zip: ZipFile, file: string): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (cause: Error) => {
      const unsafe = /relative path|absolute path|invalid characters/i.test(cause.message);
      reject(
        unsafe
          ? refusal(
              'ZIP_UNSAFE_NAME',
              file,
              `holds a name that leaves the archive (${cause.message})`,
              'Do not use this file; ask its maker for a clean one.',
            )
          : malformed(file, cause),
      );
    });
    zip.readEntry();
  });
}

function checkDirectory(entries: readonly Entry[], file: string, limits: ArchiveLimits): void {
  const names = new Map<string, string>();
  let totalBytes = 0;
  for (const entry of entries) {
    const name = nameOf(entry);
    if (name.includes('\0') || name.split('/').includes('.') || name.startsWith('/'))
      throw refusal(
        'ZIP_UNSAFE_NAME',
        file,
        `holds a name that is not a plain path: "${printable(name)}"`,
        'Ask the maker of the file for a clean one.',
      );
    const key = name.replace(/\/$/, '').toLowerCase().normalize('NFC');
    const twin = names.get(key);
    if (twin !== undefined) throw twinRefusal('ZIP_DUPLICATE', file, twin, name);
    names.set(key, name);
    if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000)
      throw refusal(
        'ZIP_SYMLINK',
        file,
        `holds a link instead of a file: "${printable(name)}"`,
        'Replace the link by the file itself.',
      );
    if (entry.isEncrypted())
      throw refusal(
        'ZIP_ENCRYPTED',
        file,
        `holds an encrypted file: "${printable(name)}"`,
        'Make the archive again without a password.',
      );
    totalBytes += entry.uncompressedSize;
    const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize);
    if ((entry.uncompressedSize > 1024 * 1024 && ratio > limits.maxRatio) || totalBytes > limits.maxTotalBytes) {
      throw refusal(
        'ZIP_BOMB',
        file,
        `unpacks to far more than it should ("${printable(name)}", ${entry.uncompressedSize} bytes from ${entry.compressedSize})`,
        'Do not use this file unless you know its maker.',
      );
    }
  }
  const byOffset = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [index, entry] of byOffset.entries()) {
    const next = byOffset[index + 1];
    if (
      next !== undefined &&
      entry.relativeOffsetOfLocalHeader + 30 + entry.fileNameLength + entry.compressedSize >
        next.relativeOffsetOfLocalHeader
    ) {
      throw refusal(
        'ZIP_BOMB',
        file,
        `holds files that share the same bytes ("${printable(nameOf(entry))}")`,
        'Do not use this file; it was made to harm.',
      );
    }
  }
}

const UTF8_FLAG = 0x800;
const UNICODE_PATH_FIELD = 0x7075;

/**
 * The name of an entry. Many programs write UTF-8 without the flag that says so: bytes that are UTF-8 are read as that,
 * for hardly any name in an old code page is. The separators that were checked are the same bytes in both.
 */
function nameOf(entry: Entry): string {
  const said =
    (entry.generalPurposeBitFlag & UTF8_FLAG) !== 0 || entry.extraFields.some(({ id }) => id === UNICODE_PATH_FIELD);
  return (said ? entry.fileName : (asUtf8(entry.fileNameRaw) ?? entry.fileName)).normalize('NFC');
}

function asUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll('\\', '/');
  } catch {
    // Not UTF-8: the name stays as the code page of old ZIPs gives it.
    return undefined;
  }
}

function archiveEntry(zip: ZipFile, entry: Entry, name: string, file: string): ArchiveEntry {
  const sizeBytes = entry.uncompressedSize;
  return {
    name,
    sizeBytes,
    stored: entry.compressionMethod === 0,
    source: {
      sizeBytes,
      async *read() {
        let given = 0;
        try {
          for await (const piece of await zip.openReadStreamPromise(entry)) {
            const bytes: Uint8Array = piece;
            given += bytes.length;
            yield bytes;
          }
        } catch (cause) {
          throw malformed(`${file}: ${name}`, cause);
        }
        if (given !== sizeBytes) throw malformed(`${file}: ${name}`, undefined);
      },
    },
    dataOffset: async () => (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart,
  };
}

function malformed(file: string, cause: unknown): ReaderError {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  return new ReaderError({
    code: 'ZIP_MALFORMED',
    file,
    problem: `is not a whole ZIP file${reason}`,
    advice: 'Copy or download it again; it may be cut off.',
    cause,
  });
}
