/** Bytes backed by a plain ArrayBuffer: what WebCrypto, IndexedDB and `Response` take. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Why an encoded text or a byte string could not be read. */
export type BytesErrorCode = 'BAD_BASE64' | 'BAD_DEFLATE' | 'BAD_HEX' | 'BAD_UTF8' | 'OUT_OF_RANGE';

/** Broken input to an encoder or decoder of this folder. */
export class BytesError extends Error {
  override readonly name = 'BytesError';
  readonly code: BytesErrorCode;

  constructor(options: { code: BytesErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}

/** The same bytes as a `Bytes`; copies only when they lie in shared memory. */
export function toBytes(bytes: Uint8Array): Bytes {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}

/** A new array holding all parts, one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes. The time taken depends on the lengths only, not on where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** The order of two byte strings, first difference decides: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-8 bytes of a text. Lone surrogates have no UTF-8 form and throw `BAD_UTF8`. */
export function utf8(text: string): Bytes {
  if (hasLoneSurrogate(text)) throw new BytesError({ code: 'BAD_UTF8' });
  return toBytes(new TextEncoder().encode(text));
}

/** Text of UTF-8 bytes, a byte order mark kept. Throws `BAD_UTF8` on anything that is not well-formed. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(toBytes(bytes));
  } catch (cause) {
    throw new BytesError({ code: 'BAD_UTF8', cause });
  }
}

/** Whether a text holds half a surrogate pair, which no encoding can carry. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/** Four bytes, most significant first. Throws `OUT_OF_RANGE` unless `value` is an integer of 0 to 2^32 - 1. */
export function u32be(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new BytesError({ code: 'OUT_OF_RANGE' });
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, most significant first. Throws `OUT_OF_RANGE` unless `value` is a safe integer of 0 or more. */
export function u64be(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new BytesError({ code: 'OUT_OF_RANGE' });
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
