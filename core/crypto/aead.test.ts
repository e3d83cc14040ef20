import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { importAesKey, openAesGcm, sealAesGcm } from './aead.ts';
import { deriveArgon2id } from './argon2.ts';
import { sha256Hex } from './digest.ts';
import { matchSha256 } from './verified-bytes.ts';

test('opens what it sealed, and nothing that differs by a bit', async () => {
  const key = await importAesKey(new Uint8Array(32).fill(1));
  const iv = new Uint8Array(12).fill(2);
  const sealed = await sealAesGcm(key, iv, utf8('draft'), utf8('record 1'));
  expect(await openAesGcm(key, iv, sealed, utf8('record 1'))).toEqual(utf8('draft'));
  const changed = sealed.slice();
  changed[0] = (changed[0] ?? 0) ^ 1;
  const bad = { code: 'BAD_CIPHERTEXT' };
  await expect(openAesGcm(key, iv, changed, utf8('record 1'))).rejects.toMatchObject(bad);
  await expect(openAesGcm(key, iv, sealed, utf8('record 2'))).rejects.toMatchObject(bad);
  await expect(openAesGcm(key, new Uint8Array(12), sealed, utf8('record 1'))).rejects.toMatchObject(bad);
  await expect(openAesGcm(key, new Uint8Array(11), sealed, utf8('record 1'))).rejects.toMatchObject(bad);
});

test('trusts bytes only under their own hash', async () => {
  const bytes = utf8('chunk');
  expect(await matchSha256(bytes, await sha256Hex(bytes))).toBe(bytes);
  expect(await matchSha256(bytes, await sha256Hex(utf8('other')))).toBeUndefined();
});

test('never derives a key more cheaply than the minimum', async () => {
  const salt = new Uint8Array(16);
  await expect(deriveArgon2id(utf8('123456'), salt, { memoryKiB: 1024, passes: 1 })).rejects.toThrow(RangeError);
  await expect(deriveArgon2id(utf8('123456'), salt, { memoryKiB: 65_536, passes: 0 })).rejects.toThrow(RangeError);
  await expect(deriveArgon2id(utf8('123456'), new Uint8Array(8))).rejects.toThrow(RangeError);
  expect(await deriveArgon2id(utf8('123456'), salt, { memoryKiB: 46 * 1024, passes: 1 })).toHaveLength(32);
});
