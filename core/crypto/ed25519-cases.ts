import { fromHex } from '#core/bytes/hex.ts';

/** One signature and what the wrapper must say of it, on every back end. */
export interface Ed25519Case {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly isValid: boolean;
}

const KEY = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const R = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da';
const S = '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
/** The same S plus the order of the group: tweetnacl alone takes it. */
const S_PLUS_L = 'f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10';
const IDENTITY = `01${'00'.repeat(31)}`;
const ORDER_TWO = `ec${'ff'.repeat(30)}7f`;
const ORDER_EIGHT = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
const OTHER_ORDER_EIGHT = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a';
const ZERO = '00'.repeat(32);

function one(name: string, key: string, message: string, signature: string, isValid: boolean): Ed25519Case {
  return { name, publicKey: fromHex(key), message: fromHex(message), signature: fromHex(signature), isValid };
}

/** RFC 8032 section 7.1 test 2, its malleations, and forgeries under keys that hold no secret. */
export const ED25519_CASES: readonly Ed25519Case[] = [
  one('the RFC 8032 signature', KEY, '72', R + S, true),
  one('another message', KEY, '73', R + S, false),
  one('S + L', KEY, '72', R + S_PLUS_L, false),
  one('a forgery under the identity as key', IDENTITY, '72', IDENTITY + ZERO, false),
  one('a forgery under the identity with its sign bit set', `01${'00'.repeat(30)}80`, '72', IDENTITY + ZERO, false),
  one('a forgery under the identity in a second spelling', `ee${'ff'.repeat(30)}7f`, '72', IDENTITY + ZERO, false),
  one('a forgery under the point of order two', ORDER_TWO, '72', IDENTITY + ZERO, false),
  one('a forgery under a point of order four', ZERO, '72', IDENTITY + ZERO, false),
  one('a forgery under a point of order eight', ORDER_EIGHT, '72', IDENTITY + ZERO, false),
  one('a forgery under another point of order eight', OTHER_ORDER_EIGHT, '72', IDENTITY + ZERO, false),
  one('R of low order', KEY, '72', IDENTITY + S, false),
  one('no signature', KEY, '72', '', false),
  one('half a signature', KEY, '72', R, false),
  one('a key one byte short', KEY.slice(2), '72', R + S, false),
];
