const ZIP64_LIMIT = 0xffff_ffff;
const ENTRIES_LIMIT = 0xffff;
// 1980-01-01 00:00, the first moment a ZIP can name: no time in a bundle, so the same course gives the same bytes.
const DOS_DATE = 0x0021;
const UTF8_NAME = 0x0800;

/** What the records of a ZIP say about one file (APPNOTE 6.3.10). */
export interface ZipEntry {
  /** ASCII or UTF-8. */
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Length of the local header of a file, known before its content is. */
export function localHeaderLength(name: string, sizeBytes: number, compressedBytes: number): number {
  return 30 + Buffer.byteLength(name) + (needsZip64(sizeBytes, compressedBytes) ? 20 : 0);
}

/** APPNOTE 4.3.7. */
export function localHeader(entry: ZipEntry): Uint8Array {
  const name = Buffer.from(entry.name);
  const zip64 = needsZip64(entry.sizeBytes, entry.compressedBytes);
  const header = Buffer.alloc(30 + name.length + (zip64 ? 20 : 0));
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(zip64 ? 45 : 20, 4);
  header.writeUInt16LE(UTF8_NAME, 6);
  header.writeUInt16LE(entry.method === 'stored' ? 0 : 8, 8);
  header.writeUInt16LE(0, 10);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(entry.crc32 >>> 0, 14);
  header.writeUInt32LE(zip64 ? ZIP64_LIMIT : entry.compressedBytes, 18);
  header.writeUInt32LE(zip64 ? ZIP64_LIMIT : entry.sizeBytes, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(zip64 ? 20 : 0, 28);
  name.copy(header, 30);
  if (zip64) {
    const extra = 30 + name.length;
    header.writeUInt16LE(0x0001, extra);
    header.writeUInt16LE(16, extra + 2);
    header.writeBigUInt64LE(BigInt(entry.sizeBytes), extra + 4);
    header.writeBigUInt64LE(BigInt(entry.compressedBytes), extra + 12);
  }
  return header;
}

/** APPNOTE 4.3.12 to 4.3.16: the directory of all files and the records that end a ZIP, with ZIP64 records where needed. */
export function centralDirectory(entries: readonly ZipEntry[], offset: number): Uint8Array {
  const records = entries.map(centralRecord);
  const sizeBytes = records.reduce((total, record) => total + record.length, 0);
  const zip64 = entries.length >= ENTRIES_LIMIT || sizeBytes >= ZIP64_LIMIT || offset >= ZIP64_LIMIT;
  return Buffer.concat([
    ...records,
    ...(zip64 ? [zip64End(entries.length, sizeBytes, offset)] : []),
    endRecord(entries.length, sizeBytes, offset),
  ]);
}

function centralRecord(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const wide = [entry.sizeBytes, entry.compressedBytes, entry.offset].filter((value) => value >= ZIP64_LIMIT);
  // A local header with ZIP64 sizes wants both sizes here as well.
  const values = needsZip64(entry.sizeBytes, entry.compressedBytes)
    ? [entry.sizeBytes, entry.compressedBytes, ...(entry.offset >= ZIP64_LIMIT ? [entry.offset] : [])]
    : wide;
  const bothWide = needsZip64(entry.sizeBytes, entry.compressedBytes);
  const extraLength = values.length === 0 ? 0 : 4 + 8 * values.length;
  const record = Buffer.alloc(46 + name.length + extraLength);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE((3 << 8) | 45, 4);
  record.writeUInt16LE(values.length === 0 ? 20 : 45, 6);
  record.writeUInt16LE(UTF8_NAME, 8);
  record.writeUInt16LE(entry.method === 'stored' ? 0 : 8, 10);
  record.writeUInt16LE(0, 12);
  record.writeUInt16LE(DOS_DATE, 14);
  record.writeUInt32LE(entry.crc32 >>> 0, 16);
  record.writeUInt32LE(bothWide ? ZIP64_LIMIT : entry.compressedBytes, 20);
  record.writeUInt32LE(bothWide ? ZIP64_LIMIT : entry.sizeBytes, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extraLength, 30);
  record.writeUInt32LE((0o100644 << 16) >>> 0, 38);
  record.writeUInt32LE(Math.min(entry.offset, ZIP64_LIMIT), 42);
  name.copy(record, 46);
  if (extraLength > 0) {
    record.writeUInt16LE(0x0001, 46 + name.length);
    record.writeUInt16LE(8 * values.length, 48 + name.length);
    for (const [index, value] of values.entries()) record.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * index);
  }
  return record;
}

function zip64End(count: number, sizeBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE((3 << 8) | 45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(sizeBytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + sizeBytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

function endRecord(count: number, sizeBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(Math.min(count, ENTRIES_LIMIT), 8);
  record.writeUInt16LE(Math.min(count, ENTRIES_LIMIT), 10);
  record.writeUInt32LE(Math.min(sizeBytes, ZIP64_LIMIT), 12);
  record.writeUInt32LE(Math.min(offset, ZIP64_LIMIT), 16);
  return record;
}

function needsZip64(sizeBytes: number, compressedBytes: number): boolean {
  return sizeBytes >= ZIP64_LIMIT || compressedBytes >= ZIP64_LIMIT;
}
