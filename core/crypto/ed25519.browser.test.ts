import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { type Ed25519Backend, verifyEd25519 } from './ed25519.ts';
import { ED25519_CASES } from './ed25519-cases.ts';
import { signerFromSeed } from './signer.ts';

const BACKENDS: readonly Ed25519Backend[] = ['webcrypto', 'tweetnacl'];

describe.each(BACKENDS)('Ed25519 in the browser through %s', (backend) => {
  test.each(ED25519_CASES)('judges $name', async ({ publicKey, message, signature, isValid }) => {
    expect(await verifyEd25519(publicKey, message, signature, backend)).toBe(isValid);
  });

  test('signs the same bytes as every other back end', async () => {
    const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const signer = await signerFromSeed(seed, backend);
    expect(toHex(await signer.sign(fromHex('72')))).toBe(toHex(ED25519_CASES[0]?.signature ?? new Uint8Array()));
  });
});
