import { expect, test } from 'vitest';
import { sha256Hex } from '#core/crypto/digest.ts';
import { basicPlan, fetchFrom, NOW_MS, publish, rolePlan, signRoot } from '#core/repository/test-repository.ts';
import { requireShippedRoot } from './shipped-root.ts';

const plan = await basicPlan();
const first = await signRoot(plan);
const station = { fetch: fetchFrom(await publish(plan)), nowMs: NOW_MS };

test('takes a station whose lists are signed down from the root that came with the app', async () => {
  await requireShippedRoot(first, { ...station, rootSha256: await sha256Hex(first) });
  // The station may have begun from an earlier or a later root of the same programme.
  await requireShippedRoot(first, { ...station, rootSha256: 'ab'.repeat(32) });
});

test('refuses the station of another programme, whatever root it announces', async () => {
  const strangers = { root: await rolePlan(71, 72, 73), timestamp: await rolePlan(74) };
  const other = await signRoot({ ...plan, ...strangers });
  await expect(requireShippedRoot(other, { ...station, rootSha256: await sha256Hex(first) })).rejects.toMatchObject({
    code: 'FOREIGN_ROOT',
  });
  await expect(requireShippedRoot(new Uint8Array(), { ...station, rootSha256: '' })).rejects.toMatchObject({
    code: 'FOREIGN_ROOT',
  });
});
