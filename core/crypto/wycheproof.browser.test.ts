import { describe, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { utf8 } from '#core/bytes/bytes.ts';
import { countProofs } from '../count-proofs.ts';
import { type Ed25519Backend, verifyEd25519 } from './ed25519.ts';
import { parseWycheproof } from './wycheproof.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** Text of `../shared/samples/vectors/<name>`; fails when it is not there. */
    sampleVectors(name: string): Promise<string>;
  }
}

const cases = parseWycheproof(utf8(await commands.sampleVectors('wycheproof-ed25519.json')));
const proved = countProofs();
const BACKENDS: readonly Ed25519Backend[] = ['webcrypto', 'tweetnacl'];

describe.each(BACKENDS)('Wycheproof Ed25519 in Chromium through %s', (backend) => {
  test.each(cases)('$name', async ({ publicKey, message, signature, isValid }) => {
    expect(await verifyEd25519(publicKey, message, signature, backend)).toBe(isValid);
    proved(`Wycheproof cases, ${backend} in Chromium`);
  });
});

test('all 151 vectors were there', () => expect(cases).toHaveLength(151));
