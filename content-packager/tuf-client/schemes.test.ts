import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { rawEcdsaSignature, SPECIFICATION_VERIFIERS } from './schemes.ts';

const MESSAGE = utf8('{"_type":"root"}');
const OTHER = utf8('{"_type":"snapshot"}');

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function verifier(name: string, publicKey: string) {
  const scheme = SPECIFICATION_VERIFIERS.get(name);
  if (!scheme) throw new Error(`no ${name}`);
  return scheme({ public: publicKey }, 'keyval');
}

function pss(privateKey: KeyObject, saltLength = 32): Uint8Array {
  return sign('sha256', MESSAGE, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
}

describe('RSA-PSS', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const verify = verifier('rsa/rsassa-pss-sha256', pem(publicKey));

  test('accepts what OpenSSL signed, and only that', async () => {
    const signature = pss(privateKey);
    expect(await verify(MESSAGE, signature)).toBe(true);
    expect(await verify(OTHER, signature)).toBe(false);
    expect(
      await verify(
        MESSAGE,
        signature.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
      ),
    ).toBe(false);
    expect(await verify(MESSAGE, sign('sha256', MESSAGE, privateKey))).toBe(false);
    expect(await verify(MESSAGE, pss(privateKey, 20))).toBe(false);
  });

  test('counts no key of fewer than 2048 bits', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const judge = verifier('rsa/rsassa-pss-sha256', pem(weak.publicKey));
    expect(await judge(MESSAGE, pss(weak.privateKey))).toBe(false);
  });
});

describe('ECDSA over P-256', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const verify = verifier('ecdsa/ecdsa-sha2-nistp256', pem(publicKey));

  test('accepts what OpenSSL signed, and only that, under both names of the key type', async () => {
    const other = verifier('ecdsa-sha2-nistp256/ecdsa-sha2-nistp256', pem(publicKey));
    // Enough signatures that numbers with a leading zero, and shorter ones, are among them.
    for (let run = 0; run < 300; run += 1) {
      const signature = sign('sha256', MESSAGE, privateKey);
      expect(await verify(MESSAGE, signature), toHex(signature)).toBe(true);
      if (run < 3) {
        expect(await other(MESSAGE, signature)).toBe(true);
        expect(await verify(OTHER, signature)).toBe(false);
      }
    }
    const raw = sign('sha256', MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(await verify(MESSAGE, raw)).toBe(false);
  });

  test.each([
    ['a short number padded on the left', '3006020101020102', `${'00'.repeat(31)}01${'00'.repeat(31)}02`],
    ['a leading zero where the sign bit asks for it', '300702020080020101', `${'00'.repeat(31)}80${'00'.repeat(31)}01`],
    ['nothing', '', undefined],
    ['a length that runs on', '3007020101020102', undefined],
    ['bytes behind the end', '300602010102010200', undefined],
    ['a needless leading zero', '300702020001020101', undefined],
    ['a negative number', '3006020181020101', undefined],
    ['an empty number', '30050200020101', undefined],
    ['another type inside', '3006030101020102', undefined],
    ['a number of 33 bytes', `3026022101${'00'.repeat(32)}020101`, undefined],
    ['a third number', '3009020101020102020103', undefined],
  ])('reads DER strictly: %s', (_, der, expected) => {
    const raw = rawEcdsaSignature(fromHex(der), 32);
    expect(raw && toHex(raw)).toBe(expected);
  });
});

test.each(['', 'no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'])(
  'a key that cannot be read never counts: %j',
  async (text) => {
    for (const name of ['rsa/rsassa-pss-sha256', 'ecdsa/ecdsa-sha2-nistp256']) {
      expect(await verifier(name, text)(MESSAGE, new Uint8Array(256))).toBe(false);
    }
  },
);

test('a P-384 key does not pass for one of P-256', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const verify = verifier('ecdsa/ecdsa-sha2-nistp256', pem(publicKey));
  expect(await verify(MESSAGE, sign('sha256', MESSAGE, privateKey))).toBe(false);
});
