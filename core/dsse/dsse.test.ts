import { describe, expect, test } from 'vitest';
import { toBase64 } from '#core/bytes/base64.ts';
import { utf8 } from '#core/bytes/bytes.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import {
  type DsseErrorCode,
  encodeEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  verifyEnvelope,
} from './dsse.ts';

const TYPE = 'application/vnd.leeslicht.test+json';
const PAYLOAD = utf8('{"hello":"world"}');

function signer(number: number) {
  return signerFromSeed(new Uint8Array(32).fill(number));
}

function refused(code: DsseErrorCode) {
  return expect.objectContaining({ name: 'DsseError', code });
}

describe('DSSE envelopes', () => {
  test('encodes what is signed as the DSSE page shows it', () => {
    expect(preAuthEncoding('http://example.com/HelloWorld', utf8('hello world'))).toEqual(
      utf8('DSSEv1 29 http://example.com/HelloWorld 11 hello world'),
    );
  });

  test('counts bytes, not characters, in the encoding', () => {
    expect(preAuthEncoding('é', utf8('ü'))).toEqual(utf8('DSSEv1 2 é 2 ü'));
  });

  test('gives back the payload and the key that signed, after a trip through bytes', async () => {
    const alice = await signer(1);
    const envelope = parseEnvelope(encodeEnvelope(await signEnvelope(TYPE, PAYLOAD, [alice])));
    const payload = await verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey] });
    expect(payload.bytes).toEqual(PAYLOAD);
    expect(payload.keyIds).toEqual([alice.keyId]);
  });

  test('refuses another payload type, though the signature holds', async () => {
    const alice = await signer(1);
    const envelope = await signEnvelope(TYPE, PAYLOAD, [alice]);
    await expect(verifyEnvelope(envelope, { payloadType: 'text/plain', keys: [alice.publicKey] })).rejects.toEqual(
      refused('WRONG_TYPE'),
    );
  });

  test('refuses a payload type that was changed after signing', async () => {
    const alice = await signer(1);
    const envelope = { ...(await signEnvelope(TYPE, PAYLOAD, [alice])), payloadType: 'text/plain' };
    await expect(verifyEnvelope(envelope, { payloadType: 'text/plain', keys: [alice.publicKey] })).rejects.toEqual(
      refused('NOT_ENOUGH_SIGNATURES'),
    );
  });

  test('refuses a payload that was changed after signing', async () => {
    const alice = await signer(1);
    const envelope = { ...(await signEnvelope(TYPE, PAYLOAD, [alice])), payload: toBase64(utf8('{"hello":"moon"}')) };
    await expect(verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey] })).rejects.toEqual(
      refused('NOT_ENOUGH_SIGNATURES'),
    );
  });

  test('refuses a signature by a key that is not asked for, whatever key id it claims', async () => {
    const [alice, mallory] = [await signer(1), await signer(2)];
    const signed = await signEnvelope(TYPE, PAYLOAD, [mallory]);
    const envelope = { ...signed, signatures: signed.signatures.map(({ sig }) => ({ keyid: alice.keyId, sig })) };
    await expect(verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey] })).rejects.toEqual(
      refused('NOT_ENOUGH_SIGNATURES'),
    );
  });

  test('accepts a signature without or with a wrong key id: the id is only a hint', async () => {
    const alice = await signer(1);
    const signed = await signEnvelope(TYPE, PAYLOAD, [alice]);
    for (const keyid of ['', 'f'.repeat(64)]) {
      const envelope = { ...signed, signatures: signed.signatures.map(({ sig }) => ({ keyid, sig })) };
      const payload = await verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey] });
      expect(payload.keyIds).toEqual([alice.keyId]);
    }
  });

  test('counts a key once, however often it signs or is listed', async () => {
    const [alice, bob] = [await signer(1), await signer(2)];
    const envelope = await signEnvelope(TYPE, PAYLOAD, [alice, alice]);
    const keys = [alice.publicKey, alice.publicKey, bob.publicKey];
    await expect(verifyEnvelope(envelope, { payloadType: TYPE, keys, threshold: 2 })).rejects.toEqual(
      refused('NOT_ENOUGH_SIGNATURES'),
    );
  });

  test('reaches a threshold of two with two keys', async () => {
    const [alice, bob] = [await signer(1), await signer(2)];
    const envelope = await signEnvelope(TYPE, PAYLOAD, [alice, bob]);
    const keys = [alice.publicKey, bob.publicKey];
    const payload = await verifyEnvelope(envelope, { payloadType: TYPE, keys, threshold: 2 });
    expect(payload.keyIds).toHaveLength(2);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a threshold of %s', async (threshold) => {
    const alice = await signer(1);
    const envelope = await signEnvelope(TYPE, PAYLOAD, [alice]);
    await expect(verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey], threshold })).rejects.toEqual(
      refused('BAD_THRESHOLD'),
    );
  });

  test('refuses more signatures than a policy can ask for', async () => {
    const alice = await signer(1);
    const envelope = await signEnvelope(
      TYPE,
      PAYLOAD,
      Array.from({ length: 17 }, () => alice),
    );
    expect(() => parseEnvelope(encodeEnvelope(envelope))).toThrow(refused('MALFORMED'));
    await expect(verifyEnvelope(envelope, { payloadType: TYPE, keys: [alice.publicKey] })).rejects.toEqual(
      refused('MALFORMED'),
    );
  });

  test.each([
    '{}',
    '[]',
    '{"payload":"","payloadType":"t","signatures":[]}',
    '{"payload":"a","payloadType":"t","signatures":[{"sig":""}]}',
    '{"payload":"","payload":"","payloadType":"t","signatures":[{"sig":""}]}',
    '{"payload":"","payloadType":"","signatures":[{"sig":""}]}',
  ])('refuses to read %s', (text) => {
    expect(() => parseEnvelope(utf8(text))).toThrow(refused('MALFORMED'));
  });

  test('refuses an envelope of more than 4 MiB before it reads it', () => {
    expect(() => parseEnvelope(new Uint8Array(4 * 1024 * 1024 + 1))).toThrow(refused('TOO_LARGE'));
  });
});
