import { beforeAll, describe, expect, test } from 'vitest';
import { refreshRepository } from './client.ts';
import { createMemoryStore } from './memory-storage.ts';
import { expectUnchanged, refused, testDevice } from './test-device.ts';
import {
  atVersion,
  basicPlan,
  DAY_MS,
  fetchFrom,
  NOW_MS,
  type Plan,
  publish,
  rolePlan,
  signRoot,
} from './test-repository.ts';

let plan: Plan;
let trustedRoot: Uint8Array;
beforeAll(async () => {
  plan = await basicPlan();
  trustedRoot = await signRoot(plan);
});

function device(files?: ReadonlyMap<string, Uint8Array>) {
  return testDevice(trustedRoot, files);
}

describe('the root chain', () => {
  async function rotated(
    version: number,
    change: Partial<Plan> = {},
    signedAlso = plan.root.keys,
  ): Promise<[Plan, Uint8Array]> {
    const next: Plan = { ...plan, ...change, root: { ...plan.root, version, ...change.root } };
    return [next, await signRoot(next, signedAlso)];
  }

  test('follows new roots one by one, through an expired one, and again offline', async () => {
    const [, second] = await rotated(2, { root: { ...plan.root, version: 2, expiresAtMs: NOW_MS - DAY_MS } });
    const root = { ...(await rolePlan(21, 22, 23)), version: 3 };
    const [third, thirdBytes] = await rotated(3, { root });
    const files = await publish(third);
    files.set('metadata/2.root.json', second).set('metadata/3.root.json', thirdBytes);
    const { refresh, offline, store } = await device();
    expect((await refresh(files)).rootVersion).toBe(3);
    expect((await offline()).rootVersion).toBe(3);
    await store.commit(new Map([['2.root', undefined]]));
    expect((await offline()).rootVersion).toBe(1);
  });

  test('refuses a last root that has expired', async () => {
    const [next, bytes] = await rotated(2, { root: { ...plan.root, version: 2, expiresAtMs: NOW_MS } });
    const files = (await publish(next)).set('metadata/2.root.json', bytes);
    await expectUnchanged(await device(), files, 'EXPIRED', 'root');
  });

  test('refuses a root that the old keys did not sign, or signed with one of two', async () => {
    const root = { ...(await rolePlan(21, 22, 23)), version: 2 };
    for (const [signers, code] of [
      [[], 'BAD_SIGNATURE'],
      [plan.root.keys.slice(0, 1), 'THRESHOLD'],
    ] as const) {
      const [next, bytes] = await rotated(2, { root }, signers);
      const files = (await publish(next)).set('metadata/2.root.json', bytes);
      await expectUnchanged(await device(), files, code, 'root');
    }
  });

  test('refuses a root that its own keys did not sign', async () => {
    const root = { ...(await rolePlan(21, 22, 23)), version: 2, signedBy: plan.root.keys };
    const [next, bytes] = await rotated(2, { root });
    const files = (await publish(next)).set('metadata/2.root.json', bytes);
    await expectUnchanged(await device(), files, 'BAD_SIGNATURE', 'root');
  });

  test.each([1, 3])('refuses root version %s in the place of 2', async (version) => {
    const [next, bytes] = await rotated(version);
    const files = (await publish(next)).set('metadata/2.root.json', bytes);
    await expectUnchanged(await device(), files, 'WRONG_VERSION', 'root');
  });

  test('follows no more new roots in one cycle than the limit, and goes on from there in the next', async () => {
    const files = await publish(plan);
    for (const version of [2, 3, 4]) files.set(`metadata/${version}.root.json`, (await rotated(version))[1]);
    const options = { store: createMemoryStore(), fetch: fetchFrom(files), now: NOW_MS, trustedRoot };
    const limits = { rootRotations: 2 };
    expect((await refreshRepository({ ...options, limits })).rootVersion).toBe(3);
    expect((await refreshRepository({ ...options, limits })).rootVersion).toBe(4);
  });

  test('refuses a first root that too few sign, or that is no root', async () => {
    const weak = await signRoot({ ...plan, root: { ...plan.root, signedBy: plan.root.keys.slice(0, 1) } });
    const options = { store: createMemoryStore(), fetch: fetchFrom(await publish(plan)), now: NOW_MS };
    await expect(refreshRepository({ ...options, trustedRoot: weak })).rejects.toEqual(refused('THRESHOLD', 'root'));
    const other = (await publish(plan)).get('metadata/timestamp.json') ?? new Uint8Array();
    await expect(refreshRepository({ ...options, trustedRoot: other })).rejects.toEqual(refused('MALFORMED', 'root'));
  });

  test('recovers from a version run up by a stolen key, once root changes that key', async () => {
    const client = await device(await publish(atVersion(plan, 1_000_000)));
    await expectUnchanged(client, await publish(atVersion(plan, 2)), 'ROLLBACK', 'timestamp');
    // The stolen snapshot key goes; timestamp keeps its key, whose old word about the snapshot must go as well.
    const [next, bytes] = await rotated(2, { snapshot: await rolePlan(31) });
    const files = (await publish(atVersion(next, 2))).set('metadata/2.root.json', bytes);
    expect((await client.refresh(files)).versions).toMatchObject({ timestamp: 2, snapshot: 2, targets: 2 });
  });

  test.each(['snapshot', 'timestamp'] as const)(
    'recovers a course whose version was run up, once root changes the key of %s',
    async (role) => {
      const path = 'courses/maths/week-1.json';
      const client = await device(await publish(atVersion(plan, 1_000_000)));
      await (await client.refresh(await publish(atVersion(plan, 1_000_000)))).downloadTarget(path);
      const [next, bytes] = await rotated(2, { [role]: await rolePlan(31) });
      const files = (await publish(atVersion(next, 2))).set('metadata/2.root.json', bytes);
      const repository = await client.refresh(files);
      await repository.downloadTarget(path);
      expect(repository.versions).toMatchObject({ 'course-maths': 2, targets: 2 });
      expect(await client.offline().then((offline) => offline.roleOf(path))).toBe('course-maths');
    },
  );

  test('does not recover when root changes nothing about those keys', async () => {
    const client = await device(await publish(atVersion(plan, 1_000_000)));
    const [next, bytes] = await rotated(2);
    const files = (await publish(atVersion(next, 2))).set('metadata/2.root.json', bytes);
    await expectUnchanged(client, files, 'ROLLBACK', 'timestamp');
  });
});
