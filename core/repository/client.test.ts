import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { openCached } from './client.ts';
import { createMemoryStore } from './memory-storage.ts';
import { expectUnchanged, refused, testDevice } from './test-device.ts';
import {
  atVersion,
  basicPlan,
  DAY_MS,
  NOW_MS,
  type Plan,
  publish,
  signRoot,
  testSigner,
  withCourse,
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

const WEEK_ONE = 'courses/maths/week-1.json';

describe('a repository that is in order', () => {
  test('leads from the root to a target, online and again offline', async () => {
    const { refresh, offline } = await device();
    const repository = await refresh(await publish(plan));
    expect(await repository.findTarget(WEEK_ONE)).toMatchObject({ length: 8, role: 'course-maths' });
    expect(fromUtf8(await repository.downloadTarget(WEEK_ONE))).toBe('week one');
    const cached = await offline(NOW_MS + 1000 * DAY_MS);
    expect(await cached.roleOf(WEEK_ONE)).toBe('course-maths');
    expect(cached.versions).toEqual({ root: 1, timestamp: 1, snapshot: 1, targets: 1, 'course-maths': 1 });
    expect(cached.expiresAtMs).not.toHaveProperty('status');
  });

  test('lists what every role publishes below a prefix', async () => {
    const { refresh } = await device();
    const repository = await refresh(await publish(plan));
    expect([...(await repository.listTargets('courses/')).keys()]).toEqual([WEEK_ONE, 'courses/maths/week-2.json']);
    expect((await repository.listTargets('')).size).toBe(3);
    expect((await repository.listTargets('nothing/')).size).toBe(0);
  });

  test('works with versions alone, as the specification allows', async () => {
    const { refresh } = await device();
    const repository = await refresh(await publish({ ...plan, bareVersions: true }));
    expect(await repository.roleOf(WEEK_ONE)).toBe('course-maths');
  });

  test('moves the roles in use along with a new snapshot, so that they open offline', async () => {
    const { refresh, offline } = await device();
    await (await refresh(await publish(plan))).findTarget(WEEK_ONE);
    await refresh(await publish(atVersion(plan, 2)));
    expect((await offline()).versions).toMatchObject({ snapshot: 2 });
    expect(await (await offline()).roleOf(WEEK_ONE)).toBe('course-maths');
  });

  test('keeps a proof for a target that stands alone, whatever is published later', async () => {
    const { refresh } = await device();
    const chain = await (await refresh(await publish(plan))).chainOf(WEEK_ONE);
    const frozen = await openCached({ store: createMemoryStore(chain), now: NOW_MS, trustedRoot, ignoreExpiry: true });
    expect(await frozen.findTarget(WEEK_ONE)).toMatchObject({ role: 'course-maths' });
    await expect(frozen.findTarget('status/status.json')).rejects.toEqual(refused('MISSING', 'status'));
  });
});

describe('signatures and thresholds', () => {
  test.each(['timestamp', 'snapshot', 'targets'] as const)('refuses %s signed by somebody else', async (role) => {
    const signedBy = [await testSigner(99)];
    const files = await publish({ ...plan, [role]: { ...plan[role], signedBy } });
    await expectUnchanged(await device(), files, 'BAD_SIGNATURE', role);
  });

  test('refuses targets signed by one of two', async () => {
    const files = await publish({ ...plan, targets: { ...plan.targets, signedBy: plan.targets.keys.slice(0, 1) } });
    await expectUnchanged(await device(), files, 'THRESHOLD', 'targets');
  });

  test('refuses a course signed by somebody who is not its tutor', async () => {
    const { refresh } = await device();
    const repository = await refresh(await publish(withCourse(plan, { signedBy: [await testSigner(99)] })));
    await expect(repository.findTarget(WEEK_ONE)).rejects.toEqual(refused('BAD_SIGNATURE', 'course-maths'));
    expect((await repository.listTargets('')).size).toBe(1);
    expect(repository.failures.get('course-maths')).toEqual(refused('BAD_SIGNATURE', 'course-maths'));
  });

  test('refuses metadata that was changed after signing, and the same signature listed twice', async () => {
    const files = await publish({ ...plan, bareVersions: true });
    const text = fromUtf8(files.get('metadata/1.targets.json') ?? new Uint8Array());
    files.set('metadata/1.targets.json', utf8(text.replace('courses/maths', 'courses/other')));
    await expectUnchanged(await device(), files, 'BAD_SIGNATURE', 'targets');
    const document: { signatures: unknown[] } = JSON.parse(text);
    document.signatures = [document.signatures[0], document.signatures[0]];
    files.set('metadata/1.targets.json', utf8(JSON.stringify(document)));
    await expectUnchanged(await device(), files, 'MALFORMED', 'targets');
  });
});

describe('rollback, freeze and mix-and-match', () => {
  test('refuses an older timestamp', async () => {
    const client = await device(await publish(atVersion(plan, 2)));
    await expectUnchanged(client, await publish(plan), 'ROLLBACK', 'timestamp');
  });

  test('refuses a newer timestamp of an older snapshot', async () => {
    const client = await device(await publish(atVersion(plan, 2)));
    const files = await publish({ ...plan, timestamp: { ...plan.timestamp, version: 3 } });
    await expectUnchanged(client, files, 'ROLLBACK', 'snapshot');
  });

  test('refuses a newer snapshot of an older role, or one that drops a role', async () => {
    const client = await device(await publish(atVersion(plan, 2)));
    const newer = atVersion(plan, 3);
    await expectUnchanged(client, await publish(withCourse(newer, { version: 1 })), 'ROLLBACK', 'course-maths');
    await expectUnchanged(client, await publish({ ...newer, unlisted: ['status'] }), 'ROLLBACK', 'status');
  });

  test('keeps the stored timestamp when the same version comes again with other content', async () => {
    const client = await device(await publish(plan));
    const other = await publish({ ...plan, timestamp: { ...plan.timestamp, expiresAtMs: NOW_MS + 400 * DAY_MS } });
    const repository = await client.refresh(other);
    expect(repository.expiresAtMs).toHaveProperty('timestamp', NOW_MS + 40 * DAY_MS);
  });

  test.each(['timestamp', 'snapshot', 'targets'] as const)(
    'refuses %s at the instant it expires, not before',
    async (role) => {
      const soon = { ...plan, [role]: { ...plan[role], expiresAtMs: NOW_MS + DAY_MS } };
      const files = await publish(soon);
      await (await device()).refresh(files, NOW_MS + DAY_MS - 1);
      await expectUnchanged(await device(), files, 'EXPIRED', role, NOW_MS + DAY_MS);
    },
  );

  test('refuses an expired course, and only that course', async () => {
    const { refresh } = await device();
    const repository = await refresh(await publish(withCourse(plan, { expiresAtMs: NOW_MS })));
    await expect(repository.findTarget(WEEK_ONE)).rejects.toEqual(refused('EXPIRED', 'course-maths'));
    expect(await repository.roleOf('status/status.json')).toBe('status');
  });

  test.each(['snapshot', 'targets', 'course-maths'])('refuses %s of another version than announced', async (role) => {
    // Signed in order, but the file under the announced name is another version: a mix of two publications.
    const announce = { [role]: { version: 2 } };
    const files = await publish({ ...plan, bareVersions: true, announce });
    files.set(`metadata/2.${role}.json`, files.get(`metadata/1.${role}.json`) ?? new Uint8Array());
    const { refresh } = await device();
    const attempt = refresh(files).then((repository) => repository.findTarget(WEEK_ONE));
    await expect(attempt).rejects.toEqual(refused('WRONG_VERSION', role));
  });

  test.each([
    ['HASH_MISMATCH', { sha256: '0'.repeat(64) }],
    ['LENGTH', { length: 5000 }],
    ['TOO_LARGE', { length: 10 }],
  ] as const)('refuses files with %s of what was announced', async (code, announced) => {
    for (const role of ['snapshot', 'targets']) {
      await expectUnchanged(await device(), await publish({ ...plan, announce: { [role]: announced } }), code, role);
    }
  });

  test('refuses a stored course that the stored snapshot does not announce', async () => {
    const { store, refresh, offline } = await device();
    await (await refresh(await publish(plan))).findTarget(WEEK_ONE);
    const old = store.entries.get('course-maths');
    await refresh(await publish(atVersion(plan, 2)));
    await store.commit(new Map([['course-maths', old]]));
    await expect((await offline()).findTarget(WEEK_ONE)).rejects.toEqual(
      expect.objectContaining({ name: 'RepositoryError', role: 'course-maths' }),
    );
  });

  test('refuses metadata without end, before reading it', async () => {
    const files = await publish(plan);
    files.set('metadata/timestamp.json', new Uint8Array(16 * 1024 + 1));
    await expectUnchanged(await device(), files, 'TOO_LARGE', 'timestamp');
  });

  test.each(['metadata/timestamp.json', 'metadata/1.snapshot.json', 'metadata/1.targets.json'])(
    'refuses a repository without %s',
    async (path) => {
      const files = await publish(plan);
      files.delete(path);
      await expect((await device()).refresh(files)).rejects.toEqual(expect.objectContaining({ code: 'MISSING' }));
    },
  );

  test('mends a damaged store from the repository, and says so without one', async () => {
    const files = await publish(plan);
    const { store, refresh, offline } = await device(files);
    await store.commit(
      new Map([
        ['timestamp', utf8('{')],
        ['snapshot', utf8('{')],
        ['targets', utf8('{')],
        ['root', utf8('{')],
      ]),
    );
    await expect(offline()).rejects.toEqual(refused('MALFORMED', 'timestamp'));
    await refresh(files);
    expect(await (await offline()).findTarget('elsewhere')).toBeUndefined();
  });
});
