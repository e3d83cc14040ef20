import { expect, test } from 'vitest';
import { metadataKeyOf } from './keys.ts';
import { readRoot } from './metadata.ts';
import { encodeSigned, rootDocument, signMetadata } from './sign.ts';
import { parseSigned } from './signed.ts';
import { expectUnchanged, refused, testDevice } from './test-device.ts';
import { basicPlan, NOW_MS, publish, signRoot, testSigner } from './test-repository.ts';

test('refuses a timestamp signed by a key that root lists for another role', async () => {
  const plan = await basicPlan();
  const files = await publish({ ...plan, timestamp: { ...plan.timestamp, signedBy: plan.snapshot.keys } });
  await expectUnchanged(await testDevice(await signRoot(plan)), files, 'BAD_SIGNATURE', 'timestamp');
});

async function rootOf(keyIds: (real: string) => readonly string[], threshold: number, storedId?: string) {
  const key = await metadataKeyOf(await testSigner(1));
  const role = { keyIds: keyIds(key.keyId), threshold };
  const listed = storedId === undefined ? key : { ...key, keyId: storedId };
  const issue = { version: 1, expiresAtMs: NOW_MS };
  return rootDocument(issue, [listed], { root: role, timestamp: role, snapshot: role, targets: role });
}

test('reads a root whose keys are in order', async () => {
  expect((await readRoot(await rootOf((id) => [id], 1))).keys.size).toBe(1);
});

test('never counts a key under an id that is not its hash', async () => {
  const alias = 'a'.repeat(64);
  const signed = await rootOf(() => [alias], 1, alias);
  const [signature] = parseSigned(await signMetadata(signed, [await testSigner(1)]), 'root').signatures;
  const bytes = encodeSigned(signed, [{ keyid: alias, sig: signature?.sig ?? '' }]);
  await expect(testDevice(bytes, new Map())).rejects.toEqual(refused('BAD_SIGNATURE', 'root'));
  const good = await rootOf((id) => [id], 1);
  await expect(testDevice(await signMetadata(good, [await testSigner(1)]), new Map())).rejects.toEqual(
    refused('EXPIRED', 'root'),
  );
});

test('refuses a threshold that cannot be met, a key listed twice and a key that is not there', async () => {
  const unknown = 'b'.repeat(64);
  await expect(readRoot(await rootOf((id) => [id], 2))).rejects.toEqual(refused('MALFORMED', 'root'));
  await expect(readRoot(await rootOf((id) => [id, id], 1))).rejects.toEqual(refused('MALFORMED', 'root'));
  await expect(readRoot(await rootOf((id) => [id, unknown], 1))).rejects.toEqual(refused('MALFORMED', 'root'));
});
