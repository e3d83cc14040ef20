import { unzipSync, zipSync } from 'fflate';
import type { Bytes } from '#core/bytes/bytes.ts';
import { concatBytes, toBytes } from '#core/bytes/bytes.ts';
import { ParcelError } from './parcel-error.ts';

const MAX_ENTRIES = 1000;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const END_OF_DIRECTORY = 0x06054b50;
/** A ZIP may end in a comment of up to 65,535 bytes: it pads sizes so that they tell little. */
const PAD_BYTES = 4096;

/** Puts named files into a ZIP whose size is a multiple of 4 KiB, the same bytes for the same input. */
export function packArchive(files: ReadonlyMap<string, Uint8Array>): Bytes {
  const names = [...files.keys()];
  const total = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  // What the reader refuses is never sealed: a sealed parcel that nobody opens would block all that follow.
  if (names.length > MAX_ENTRIES || total > MAX_UNPACKED_BYTES) throw new ParcelError({ code: 'TOO_LARGE' });
  const isOdd =
    names.some((name) => !NAME.test(name)) || new Set(names.map((name) => name.toLowerCase())).size !== names.length;
  if (isOdd) throw new ParcelError({ code: 'BAD_ARCHIVE' });
  const zip = zipSync(Object.fromEntries(files), { level: 6, mtime: '1980-01-01T00:00:00' });
  const padding = (PAD_BYTES - (zip.length % PAD_BYTES)) % PAD_BYTES;
  const padded = concatBytes(zip, new Uint8Array(padding));
  // The last two bytes of a ZIP without a comment say how long the comment is.
  new DataView(padded.buffer).setUint16(zip.length - 2, padding, true);
  return padded;
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
    return new Map(Object.entries(files).map(([name, content]) => [name, toBytes(content)]));
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
