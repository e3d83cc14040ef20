import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { sealParcel } from '#core/parcel/seal.ts';
import { openCli, type TestCli } from '../test-cli.ts';

let cli: TestCli;
beforeAll(async () => {
  cli = await openCli({ 'text.txt': 'no parcel' });
});
afterAll(() => cli.folder.remove());

test('parcel inspect shows the header without a key, and says when the content is not whole', async () => {
  const device = await signerFromSeed(new Uint8Array(32).fill(3));
  const address = {
    direction: 'up',
    from: device.keyId,
    to: 'ab'.repeat(32),
    siteId: 'site-one',
    deviceId: device.keyId.slice(0, 32),
    deviceEpoch: 2,
    stationEpoch: 1,
    sequence: 7,
    previous: 'cd'.repeat(32),
  } as const;
  const recipient = await identityToRecipient(await generateX25519Identity());
  const { id, bytes } = await sealParcel({ address, items: [], attachments: new Map(), signer: device, recipient });
  const file = join(cli.folder.path, 'a.parcel');
  await writeFile(file, bytes);
  const shown = await cli.json('parcel inspect @/a.parcel');
  expect(shown.exitCode).toBe(0);
  expect(shown.data).toMatchObject({ id, header: { ...address }, signedBy: [device.keyId], whole: true });
  const text = (await cli.run('parcel inspect @/a.parcel')).out;
  expect(text).toContain('sequence  7, after cdcd');
  expect(text).toContain('The signature was not checked');
  await writeFile(file, bytes.subarray(0, -1));
  expect(await cli.json('parcel inspect @/a.parcel')).toMatchObject({ exitCode: 1, data: { whole: false } });
});

test('parcel inspect refuses what is no parcel, by name', async () => {
  const answer = await cli.run('parcel inspect @/text.txt --json');
  expect(answer.exitCode).toBe(1);
  expect(JSON.parse(answer.out)).toMatchObject({ ok: false, error: { code: 'NOT_A_PARCEL' } });
  expect((await cli.run('parcel inspect @/gone')).exitCode).toBe(4);
});
