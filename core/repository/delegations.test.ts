import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { publishedPath, refreshRepository } from './client.ts';
import { metadataKeyOf } from './keys.ts';
import { createMemoryStore } from './memory-storage.ts';
import { isSafeTargetPath, matchesPattern } from './paths.ts';
import { cosignMetadata } from './sign.ts';
import { refused, testDevice } from './test-device.ts';
import {
  basicPlan,
  type DelegatedPlan,
  fetchFrom,
  NOW_MS,
  type Plan,
  publish,
  rolePlan,
  signRoot,
  testSigner,
  withCourse,
} from './test-repository.ts';

async function delegated(name: string, key: number, change: Partial<DelegatedPlan>): Promise<DelegatedPlan> {
  return { ...(await rolePlan(key)), name, terminating: false, covers: { paths: ['a/*'] }, files: {}, ...change };
}

async function open(
  roles: readonly DelegatedPlan[],
  more: Pick<Plan, 'unlisted' | 'inTargets'> & { delegations?: number } = {},
) {
  const { unlisted = [], inTargets = {} } = more;
  const plan = { ...(await basicPlan()), delegated: roles, unlisted, inTargets };
  return refreshRepository({
    store: createMemoryStore(),
    fetch: fetchFrom(await publish(plan)),
    now: NOW_MS,
    trustedRoot: await signRoot(plan),
    ...(more.delegations === undefined ? {} : { limits: { delegations: more.delegations } }),
  });
}

describe('the search through delegations', () => {
  test('ends at a terminating role, even where a later one lists the path', async () => {
    const later = await delegated('later', 12, { files: { 'a/x': 'later' } });
    const stops = await open([await delegated('first', 11, { terminating: true }), later]);
    expect(await stops.findTarget('a/x')).toBeUndefined();
    expect((await stops.listTargets('')).size).toBe(0);
    const goesOn = await open([await delegated('first', 11, {}), later]);
    expect(await goesOn.roleOf('a/x')).toBe('later');
  });

  test('ends as well at a terminating role further down, for the roles beside its delegator too', async () => {
    const below = (terminating: boolean) => delegated('below', 13, { by: 'first', terminating });
    const first = await delegated('first', 11, {});
    const later = await delegated('later', 12, { files: { 'a/x': 'later' } });
    expect(await (await open([first, await below(true), later])).findTarget('a/x')).toBeUndefined();
    expect(await (await open([first, await below(false), later])).roleOf('a/x')).toBe('later');
  });

  test('goes down before it goes on, and asks a role once where delegations run in a circle', async () => {
    const first = await delegated('first', 11, {});
    const below = await delegated('below', 12, { by: 'first', files: { 'a/x': 'below' } });
    const later = await delegated('later', 13, { files: { 'a/x': 'later', 'a/y': 'later' } });
    const key = await metadataKeyOf(await testSigner(11));
    // What is below delegates back to the first.
    const back = { name: 'first', keyids: [key.keyId], threshold: 1, terminating: false, paths: ['a/*'] };
    const delegations: JsonValue = { keys: { [key.keyId]: key.document }, roles: [back] };
    const repository = await open([first, below, later], { inTargets: { below: { delegations } } });
    expect(await repository.roleOf('a/x')).toBe('below');
    expect(await repository.roleOf('a/y')).toBe('later');
    expect([...(await repository.listTargets('a/')).keys()]).toEqual(['a/x', 'a/y']);
  });

  test('takes the word of the first role that lists a path', async () => {
    const files = (text: string) => ({ 'a/x': text });
    const repository = await open([
      await delegated('first', 11, { files: files('first') }),
      await delegated('second', 12, { files: files('second') }),
    ]);
    expect(fromUtf8(await repository.downloadTarget('a/x'))).toBe('first');
  });

  test('does not believe a role about paths that nobody gave it', async () => {
    const repository = await open([
      await delegated('course-maths', 11, { files: { 'b/x': 'mine now', 'a/y/z': 'deep' } }),
    ]);
    expect(await repository.findTarget('b/x')).toBeUndefined();
    expect(await repository.findTarget('a/y/z')).toBeUndefined();
    await expect(repository.downloadTarget('b/x')).rejects.toEqual(refused('NO_SUCH_TARGET', 'b/x'));
  });

  test('does not let a role hand on more than it was given', async () => {
    const repository = await open([
      await delegated('first', 11, {}),
      await delegated('below', 12, { by: 'first', covers: { paths: ['*/*'] }, files: { 'a/x': 'ok', 'b/x': 'not' } }),
    ]);
    expect(await repository.roleOf('a/x')).toBe('below');
    expect(await repository.findTarget('b/x')).toBeUndefined();
  });

  test('refuses a role that the snapshot does not name', async () => {
    const repository = await open([await delegated('first', 11, { files: { 'a/x': 'x' } })], { unlisted: ['first'] });
    await expect(repository.findTarget('a/x')).rejects.toEqual(refused('MISSING', 'first'));
  });

  test('visits no more roles than the limit', async () => {
    const roles = await Promise.all([11, 12, 13].map((key) => delegated(`role-${key}`, key, {})));
    const repository = await open(roles, { delegations: 2 });
    await expect(repository.findTarget('a/x')).rejects.toEqual(refused('TOO_MANY_DELEGATIONS', 'role-13'));
  });

  test('finds a path by the prefix of its hash', async () => {
    const prefix = (await sha256Hex(utf8('any/path'))).slice(0, 4);
    const covers = { pathHashPrefixes: [prefix] };
    const repository = await open([
      await delegated('bin', 11, { covers, files: { 'any/path': 'x', 'other/path': 'y' } }),
    ]);
    expect(await repository.roleOf('any/path')).toBe('bin');
    expect(await repository.findTarget('other/path')).toBeUndefined();
    expect([...(await repository.listTargets('any/')).keys()]).toEqual(['any/path']);
  });

  test('ends at the terminating role whose prefix the hash has, be it the whole hash, and passes by all others', async () => {
    const whole = await sha256Hex(utf8('any/path'));
    const other = whole.startsWith('0') ? '1' : '0';
    const bin = (key: number, pathHashPrefixes: readonly string[], text?: string) =>
      delegated(`bin-${key}`, key, {
        terminating: true,
        covers: { pathHashPrefixes },
        files: text === undefined ? {} : { 'any/path': text },
      });
    const last = await bin(13, [whole.slice(0, 1)], 'last');
    const passed = await open([await bin(11, [other], 'not asked'), await bin(12, [other, whole], 'found'), last]);
    expect(fromUtf8(await passed.downloadTarget('any/path'))).toBe('found');
    const stopped = await open([await bin(11, [other], 'not asked'), await bin(12, [whole]), last]);
    expect(await stopped.findTarget('any/path')).toBeUndefined();
  });
});

describe('targets', () => {
  const path = 'courses/maths/week-1.json';

  test.each([
    ['a longer file', 'week one!', 'TOO_LARGE'],
    ['a shorter file', 'week', 'LENGTH'],
    ['other bytes', 'week two', 'HASH_MISMATCH'],
  ] as const)('refuses %s', async (_, text, code) => {
    const plan = await basicPlan();
    const files = await publish(plan);
    files.set(publishedPath(path, await sha256Hex(utf8('week one'))), utf8(text));
    const repository = await (await testDevice(await signRoot(plan))).refresh(files);
    await expect(repository.downloadTarget(path)).rejects.toEqual(refused(code, path));
  });

  test('says which file the host lacks', async () => {
    const plan = await basicPlan();
    const files = await publish(plan);
    files.delete(publishedPath(path, await sha256Hex(utf8('week one'))));
    const repository = await (await testDevice(await signRoot(plan))).refresh(files);
    await expect(repository.downloadTarget(path)).rejects.toEqual(refused('MISSING', path));
  });

  test('refuses a role that lists a path which leaves the repository', async () => {
    const plan = withCourse(await basicPlan(), { files: { 'courses/maths/../x': 'x' } });
    const repository = await (await testDevice(await signRoot(plan))).refresh(await publish(plan));
    await expect(repository.findTarget(path)).rejects.toEqual(refused('MALFORMED', 'course-maths'));
  });
});

test('two custodians sign one after the other', async () => {
  const plan = await basicPlan();
  const [first, second] = plan.root.keys;
  if (!first || !second) throw new Error('root has three keys');
  const half = await signRoot({ ...plan, root: { ...plan.root, signedBy: [first] } });
  const files = await publish(plan);
  await expect((await testDevice(half)).refresh(files)).rejects.toEqual(refused('THRESHOLD', 'root'));
  await (await testDevice(await cosignMetadata(half, [await testSigner(2), first]))).refresh(files);
});

describe('paths', () => {
  test.each([
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/*', 'a/', true],
    ['*', 'a/b', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['*.json', 'x.json', true],
    ['*a*a*b', 'aaaaab', true],
    ['*a*a*c', 'aaaaab', false],
    ['', '', true],
    ['a*', 'b', false],
    ['[a-c]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'dx', true],
    ['[!a-c]x', 'bx', false],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['[ab', '[ab', true],
    ['*[0-9].txt', 'note-7.txt', true],
    ['*[!0-9].txt', 'note-7.txt', false],
    ['a\\*', 'a\\b', true],
    ['[/]', '/', false],
    ['\u{1f600}?', '\u{1f600}\u{1f600}', true],
  ])('pattern %j and path %j: %s', (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected);
  });

  test('a pattern of many wildcards cannot keep a device busy', () => {
    expect(matchesPattern('*a'.repeat(400), `${'a'.repeat(399)}b`)).toBe(false);
  });

  test('a pattern without wildcards matches itself only', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.') });
    fc.assert(
      fc.property(
        plain,
        plain,
        (pattern, path) => matchesPattern(pattern, path) === (pattern === path) && matchesPattern(path, path),
      ),
    );
  });

  test('refuses paths that are not plain and relative', () => {
    for (const path of ['', '/a', 'a//b', '../a', 'a/.', 'a\\b', 'a?b', 'a%2e', 'C:/a', 'e\u0301', 'a\u0000']) {
      expect(isSafeTargetPath(path), path).toBe(false);
    }
    expect(isSafeTargetPath('courses/maths/week-1.json')).toBe(true);
  });
});
