import { toHex } from '#core/bytes/hex.ts';

/** The field prime 2^255 - 19 (RFC 8032 section 5.1). */
const P = 2n ** 255n - 19n;
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * The y coordinates of the eight points of order 1, 2, 4 and 8, sign bit cleared, as little-endian hexadecimal.
 * A "signature" under such a key can be made without any secret.
 */
const LOW_ORDER_Y: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** Whether 32 bytes are a y coordinate below the prime and none of the eight low-order points. */
export function isStrictPoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = Uint8Array.from(encoded);
  y[31] = (y[31] ?? 0) & 0x7f;
  return littleEndian(y) < P && !LOW_ORDER_Y.has(toHex(y));
}

/** Whether 32 bytes are a scalar below the group order: otherwise S + L would be a second valid signature. */
export function isReducedScalar(encoded: Uint8Array): boolean {
  return encoded.length === 32 && littleEndian(encoded) < L;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}
