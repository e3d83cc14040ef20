import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { ageDecrypt, ageEncrypt } from './age.ts';
import { unpackArchive } from './archive.ts';
import type { HeaderFields } from './header.ts';
import { openHeader } from './parcel-file.ts';
import { sealParcel } from './seal.ts';

let folder = '';
let identity = '';
let recipient = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-age-'));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  writeFileSync(join(folder, 'key.txt'), `${identity}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Debian's age. A machine without it fails here: a proof that is left out proves nothing. */
function age(args: readonly string[], input: Uint8Array): Uint8Array {
  const run = spawnSync('age', [...args], { input, maxBuffer: 64 * 1024 * 1024 });
  if (run.error) throw new Error('age is needed: apt-get install age', { cause: run.error });
  expect(run.stderr.toString()).toBe('');
  expect(run.status).toBe(0);
  return new Uint8Array(run.stdout);
}

const open = (ciphertext: Uint8Array) => age(['--decrypt', '--identity', join(folder, 'key.txt')], ciphertext);

test('the age command opens a parcel with the key of the station, and finds a plain ZIP', async () => {
  const [device, station] = [
    await signerFromSeed(new Uint8Array(32).fill(3)),
    await signerFromSeed(new Uint8Array(32).fill(5)),
  ];
  const address: HeaderFields = {
    direction: 'up',
    from: device.keyId,
    to: station.keyId,
    siteId: 'site-one',
    deviceId: device.keyId.slice(0, 32),
    deviceEpoch: 1,
    stationEpoch: 1,
    sequence: 1,
    previous: null,
  };
  const item = { kind: 'message', id: 'ab'.repeat(16), createdAtMs: 1, text: 'Dag' } as const;
  const attachments = new Map([['essay.odt', utf8('an essay')]]);
  const sealed = await sealParcel({ address, items: [item], attachments, signer: device, recipient });
  const { ciphertext } = await openHeader(sealed.bytes, [device.publicKey]);
  const zip = open(ciphertext);
  const files = unpackArchive(zip);
  expect(JSON.parse(fromUtf8(files.get('manifest.json') ?? new Uint8Array()))).toEqual({
    header: address,
    items: [item],
  });
  // And another program than ours reads the ZIP.
  writeFileSync(join(folder, 'parcel.zip'), zip);
  const unzip = spawnSync('unzip', ['-p', join(folder, 'parcel.zip'), 'essay.odt']);
  expect([unzip.status, unzip.stdout.toString()]).toEqual([0, 'an essay']);
  // Every checksum is right, that of the padding too.
  expect(spawnSync('unzip', ['-tqq', join(folder, 'parcel.zip')]).status).toBe(0);
});

test('what one seals the other opens, both ways, at every size around a chunk', async () => {
  const sizes = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(65_535, 65_536, 65_537, 131_072, 200_000));
  await fc.assert(
    fc.asyncProperty(sizes, async (size) => {
      const plain = new Uint8Array(size).fill(size % 251);
      expect(open(await ageEncrypt(plain, recipient))).toEqual(plain);
      expect(await ageDecrypt(age(['--recipient', recipient], plain), identity)).toEqual(plain);
    }),
    { numRuns: 40 },
  );
});

test('a file that age made for two receivers is refused before a key is used', async () => {
  const other = await identityToRecipient(await generateX25519Identity());
  const two = age(['--recipient', recipient, '--recipient', other], utf8('x'));
  await expect(ageDecrypt(two, identity)).rejects.toMatchObject({ code: 'BAD_AGE_HEADER' });
});
