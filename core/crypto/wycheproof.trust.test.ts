import { readFileSync } from 'node:fs';
import nacl from 'tweetnacl';
import { describe, expect, test } from 'vitest';
import { countProofs } from '../count-proofs.ts';
import { type Ed25519Backend, verifyEd25519 } from './ed25519.ts';
import { parseWycheproof } from './wycheproof.ts';

// Given from outside and not part of the repository: without the file nothing is proved, so this fails.
const cases = parseWycheproof(
  readFileSync(new URL('../../../shared/samples/vectors/wycheproof-ed25519.json', import.meta.url)),
);
const proved = countProofs();
const BACKENDS: readonly Ed25519Backend[] = ['webcrypto', 'tweetnacl'];

describe.each(BACKENDS)('Wycheproof Ed25519 in Node through %s', (backend) => {
  test.each(cases)('$name', async ({ publicKey, message, signature, isValid }) => {
    expect(await verifyEd25519(publicKey, message, signature, backend)).toBe(isValid);
    proved(`Wycheproof cases, ${backend} in Node`);
  });
});

test('all 151 vectors were there, and tweetnacl without the wrapper fails some of them', () => {
  expect(cases).toHaveLength(151);
  const wrong = cases.filter(
    ({ publicKey, message, signature, isValid }) =>
      signature.length === 64 && nacl.sign.detached.verify(message, signature, publicKey) !== isValid,
  );
  expect(wrong.map(({ name }) => name)).toHaveLength(5);
});
