import nacl from 'tweetnacl';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { detectEd25519, type Ed25519Backend, keyIdOf, parsePublicKey, verifyEd25519 } from './ed25519.ts';
import { ED25519_CASES } from './ed25519-cases.ts';
import { signerFromCryptoKey, signerFromSeed } from './signer.ts';

const BACKENDS: readonly Ed25519Backend[] = ['webcrypto', 'tweetnacl'];

describe.each(BACKENDS)('Ed25519 through %s', (backend) => {
  test.each(ED25519_CASES)('judges $name', async ({ publicKey, message, signature, isValid }) => {
    expect(await verifyEd25519(publicKey, message, signature, backend)).toBe(isValid);
  });

  test('signs as RFC 8032 says, and never leaks into the other back end', async () => {
    const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const signer = await signerFromSeed(seed, backend);
    expect(toHex(signer.publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    expect(toHex(await signer.sign(fromHex('72')))).toBe(toHex(ED25519_CASES[0]?.signature ?? new Uint8Array()));
    await expect(signerFromSeed(seed.subarray(1), backend)).rejects.toMatchObject({ code: 'BAD_SEED' });
  });
});

test('the checks of the wrapper are needed: tweetnacl alone takes S + L and a forgery under a low-order key', () => {
  const taken = ED25519_CASES.filter(
    ({ publicKey, message, signature }) =>
      publicKey.length === 32 && signature.length === 64 && nacl.sign.detached.verify(message, signature, publicKey),
  );
  expect(taken.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['the RFC 8032 signature', 'S + L', 'a forgery under the identity as key']),
  );
});

test('finds out what this engine can do', async () => {
  expect(await detectEd25519()).toBe('webcrypto');
});

test('refuses to call a low-order point or a wrong length a public key', () => {
  for (const bytes of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31)]) {
    expect(() => parsePublicKey(bytes)).toThrow(expect.objectContaining({ code: 'BAD_PUBLIC_KEY' }));
  }
});

test('a key id is the SHA-256 of the canonical TUF key', async () => {
  // printf '{"keytype":"ed25519","keyval":{"public":"3d40…660c"},"scheme":"ed25519"}' | sha256sum
  const { createHash } = await import('node:crypto');
  const key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  const text = `{"keytype":"ed25519","keyval":{"public":"${key}"},"scheme":"ed25519"}`;
  expect(await keyIdOf(fromHex(key))).toBe(createHash('sha256').update(text).digest('hex'));
});

test('signs with a key that cannot be read out', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('Ed25519 gives a pair');
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const signer = await signerFromCryptoKey(pair.privateKey, raw);
  const message = fromHex('0102');
  expect(await verifyEd25519(raw, message, await signer.sign(message), 'tweetnacl')).toBe(true);
});
