import { unzipSync, zipSync } from 'fflate';
import type { Bytes } from '#core/bytes/bytes.ts';
import { concatBytes, toBytes } from '#core/bytes/bytes.ts';
import { MAX_PARCEL_BYTES } from './header.ts';
import { paddedLength } from './padding.ts';
import { ParcelError } from './parcel-error.ts';

const MAX_ENTRIES = 1000;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const END_OF_DIRECTORY = 0x06054b50;
/** A stored file of zeroes that readers leave out: it pads sizes so that they tell little. */
const PADDING = 'padding';
/** The largest archive: room for the parcel's own header and for age, which adds 16 bytes to every 64 KiB. */
export const MAX_ARCHIVE_BYTES = MAX_PARCEL_BYTES - 32 * 1024;

/** Puts named files into a ZIP of one of few sizes (formats/parcel.md 3.2.1), the same bytes for the same input. */
export function packArchive(files: ReadonlyMap<string, Uint8Array>): Bytes {
  const names = [...files.keys()];
  const total = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  // What the reader refuses is never sealed: a sealed parcel that nobody opens would block all that follow.
  if (names.length > MAX_ENTRIES || total > MAX_UNPACKED_BYTES) throw new ParcelError({ code: 'TOO_LARGE' });
  const isOdd =
    names.some((name) => !NAME.test(name) || name.toLowerCase() === PADDING) ||
    new Set(names.map((name) => name.toLowerCase())).size !== names.length;
  if (isOdd) throw new ParcelError({ code: 'BAD_ARCHIVE' });
  // Stored, not compressed: the learner stands at the dock, most of it is a sealed backup that would not get smaller, and
  // a size that depends on the words would tell of them.
  const options = { level: 0, mtime: '1980-01-01T00:00:00' } as const;
  const zip = zipSync({ ...Object.fromEntries(files), [PADDING]: new Uint8Array() }, options);
  if (zip.length > MAX_ARCHIVE_BYTES) throw new ParcelError({ code: 'TOO_LARGE' });
  return growPadding(zip, paddedLength(zip.length, MAX_ARCHIVE_BYTES) - zip.length);
}

/** Puts zeroes into the last entry, which is stored and empty, so that nothing is compressed a second time. */
function growPadding(zip: Uint8Array, count: number): Bytes {
  const end = zip.length - 22;
  const central = end - 46 - PADDING.length;
  const before = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const local = before.getUint32(central + 42, true);
  const data = before.getUint32(end + 16, true);
  const grown = concatBytes(zip.subarray(0, data), new Uint8Array(count), zip.subarray(data));
  const view = new DataView(grown.buffer);
  const crc = crcOfZeroes(count);
  // APPNOTE 4.3.7 and 4.3.12: checksum, packed size and size, in the entry's own header and in the directory.
  for (const header of [local + 14, central + count + 16]) {
    view.setUint32(header, crc, true);
    view.setUint32(header + 4, count, true);
    view.setUint32(header + 8, count, true);
  }
  view.setUint32(end + count + 16, data + count, true);
  return grown;
}

/** CRC-32 (ISO 3309) of so many zero bytes. */
function crcOfZeroes(count: number): number {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (let index = 0; index < count; index += 1) crc = (table[crc & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Reads such a ZIP. Throws ParcelError BAD_ARCHIVE on anything odd: names, counts, duplicates, bombs. */
export function unpackArchive(bytes: Uint8Array): ReadonlyMap<string, Bytes> {
  const names = new Set<string>();
  let total = 0;
  try {
    if (countEntries(bytes) > MAX_ENTRIES) throw new ParcelError({ code: 'BAD_ARCHIVE' });
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        // fflate never writes more than the size that was looked at here.
        const isBomb = total > MAX_UNPACKED_BYTES;
        if (!NAME.test(name) || names.has(name.toLowerCase()) || isBomb || names.size >= MAX_ENTRIES) {
          throw new ParcelError({ code: 'BAD_ARCHIVE' });
        }
        names.add(name.toLowerCase());
        return true;
      },
    });
    return new Map(
      Object.entries(files).flatMap(([name, content]) => (name === PADDING ? [] : [[name, toBytes(content)]])),
    );
  } catch (cause) {
    if (cause instanceof ParcelError) throw cause;
    throw new ParcelError({ code: 'BAD_ARCHIVE', cause });
  }
}

function countEntries(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 22; at >= 0 && at > bytes.length - 22 - 65_536; at -= 1) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return view.getUint16(at + 10, true);
  }
  throw new ParcelError({ code: 'BAD_ARCHIVE' });
}
