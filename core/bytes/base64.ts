import { type Bytes, BytesError } from './bytes.ts';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STANDARD_VALUES = valuesOf(STANDARD);
const URL_SAFE_VALUES = valuesOf(URL_SAFE);
/** A multiple of three, so that pieces join without padding; small enough to spread as arguments. */
const PIECE_BYTES = 0x6000;

/** RFC 4648 section 4 base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let begin = 0; begin < bytes.length; begin += PIECE_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(begin, begin + PIECE_BYTES)));
  }
  return text;
}

/** Reads padded base64. Throws `BAD_BASE64` on spaces, missing padding, other alphabets and stray trailing bits. */
export function fromBase64(text: string): Bytes {
  if (text.length % 4 !== 0) throw new BytesError({ code: 'BAD_BASE64' });
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padding, STANDARD_VALUES);
}

/** RFC 4648 section 5 base64 (`-` and `_`) without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads unpadded base64url. Throws `BAD_BASE64` on anything else. */
export function fromBase64Url(text: string): Bytes {
  return decode(text, text.length, URL_SAFE_VALUES);
}

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < alphabet.length; value += 1) values[alphabet.charCodeAt(value)] = value;
  return values;
}

function decode(text: string, length: number, values: Int8Array): Bytes {
  if (length % 4 === 1) throw new BytesError({ code: 'BAD_BASE64' });
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let pending = 0;
  let pendingBits = 0;
  let written = 0;
  for (let index = 0; index < length; index += 1) {
    const value = values[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw new BytesError({ code: 'BAD_BASE64' });
    pending = (pending << 6) | value;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[written] = pending >> pendingBits;
      pending &= (1 << pendingBits) - 1;
      written += 1;
    }
  }
  // Bits past the last byte must be zero, else one byte string would have several texts.
  if (pending !== 0) throw new BytesError({ code: 'BAD_BASE64' });
  return bytes;
}
