import { beforeAll, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex, sha512Hex } from '#core/crypto/digest.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { refreshRepository } from './client.ts';
import { metadataKeyOf } from './keys.ts';
import { createMemoryStore } from './memory-storage.ts';
import { metadataParsers, rememberingParsers } from './parsers.ts';
import { ED25519_ONLY, type Profile } from './profile.ts';
import { cosignMetadata, encodeSigned } from './sign.ts';
import { parseSigned } from './signed.ts';
import { refused, testDevice } from './test-device.ts';
import {
  atVersion,
  basicPlan,
  fetchFrom,
  NOW_MS,
  type Plan,
  publish,
  rolePlan,
  signRoot,
  testSigner,
  withCourse,
  withoutVersions,
} from './test-repository.ts';

/** What TUF 1.0.34 allows and formats/repository.md forbids: accepted under one profile, refused under the other. */
const SPECIFICATION: Profile = { rules: 'specification', verifiers: ED25519_ONLY };
const WEEK_ONE = 'courses/maths/week-1.json';

let plan: Plan;
beforeAll(async () => {
  plan = await basicPlan();
});

async function open(from: Plan, files: ReadonlyMap<string, Uint8Array>) {
  return (await testDevice(await signRoot(from), undefined, { profile: SPECIFICATION })).refresh(files);
}

async function expectHouseRefusal(from: Plan, files: ReadonlyMap<string, Uint8Array>, role: string) {
  const attempt = testDevice(await signRoot(from)).then(({ refresh }) => refresh(files));
  await expect(attempt).rejects.toEqual(refused('MALFORMED', role));
}

describe('names of files', () => {
  test.each([[{ consistent_snapshot: false }], [{}]])('carry no version where root says %j', async (member) => {
    const { consistent_snapshot: _, ...rest } = JSON.parse(
      JSON.stringify(parseSigned(await signRoot(plan), 'root').signed),
    );
    const bytes = await cosignMetadata(encodeSigned({ ...rest, ...member }, []), plan.root.keys);
    const files = await withoutVersions(plan);
    const { refresh } = await testDevice(bytes, undefined, { profile: SPECIFICATION });
    const repository = await refresh(files);
    expect(fromUtf8(await repository.downloadTarget(WEEK_ONE))).toBe('week one');
    await expect(testDevice(bytes, files)).rejects.toEqual(refused('MALFORMED', 'root'));
  });

  test.each([
    ['?', '%3F'],
    ['#', '%23'],
    ['/role', '%2Frole'],
    ['../role', '..%2Frole'],
    ["it's (a) role!", '%20'],
  ])('take a role called %j', async (name, encoded) => {
    const odd = withCourse(plan, { name });
    const files = await publish(odd);
    expect([...files.keys()].some((path) => path.includes(encoded) && /^metadata\/[\w.%~-]+$/.test(path))).toBe(true);
    expect(await (await open(odd, files)).roleOf(WEEK_ONE)).toBe(name);
    await expectHouseRefusal(odd, files, 'snapshot');
  });

  test.each(['root', 'timestamp', 'snapshot', 'targets', '2.root'])(
    'never let a delegated role be called %j, whose place in the store it would take',
    async (name) => {
      const thief = withCourse(plan, { name });
      await expect(open(thief, await publish(thief))).rejects.toEqual(refused('MALFORMED', 'targets'));
    },
  );
});

describe('keys and signatures', () => {
  test('a threshold that cannot be met is no fault of root, and nothing passes it', async () => {
    const bare = await signRoot(plan);
    const roles = JSON.parse(JSON.stringify(parseSigned(bare, 'root').signed)).roles;
    const high = { ...plan, inRoot: { roles: { ...roles, snapshot: { ...roles.snapshot, threshold: 2 } } } };
    await expect(open(high, await publish(plan))).rejects.toEqual(refused('THRESHOLD', 'snapshot'));
    await expectHouseRefusal(high, await publish(plan), 'root');
  });

  test('one key counts once, also under two ids', async () => {
    const signer = await testSigner(5);
    const key = await metadataKeyOf(signer);
    const twin: JsonValue = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: key.material }, note: 'again' };
    const twinId = await sha256Hex(canonicalJson(twin));
    const document = JSON.parse(JSON.stringify(parseSigned(await signRoot(plan), 'root').signed));
    const inRoot = {
      keys: { ...document.keys, [twinId]: twin },
      roles: { ...document.roles, snapshot: { keyids: [key.keyId, twinId], threshold: 2 } },
    };
    const files = await publish({ ...plan, bareVersions: true });
    const { signed, signatures } = parseSigned(files.get('metadata/1.snapshot.json') ?? new Uint8Array(), 'snapshot');
    const again = signatures.map(({ sig }) => ({ keyid: twinId, sig }));
    files.set('metadata/1.snapshot.json', encodeSigned(signed, [...signatures, ...again]));
    await expect(open({ ...plan, inRoot }, files)).rejects.toEqual(refused('THRESHOLD', 'snapshot'));
    const one = { ...inRoot, roles: { ...document.roles, snapshot: { keyids: [key.keyId, twinId], threshold: 1 } } };
    await open({ ...plan, inRoot: one }, files);
  });

  test.each(['', 'zz', '00', '0'.repeat(128)])('a signature %j beside enough good ones does no harm', async (sig) => {
    const two = { ...plan, timestamp: { ...(await rolePlan(4, 44)), threshold: 1 } };
    const files = await publish(two);
    const { signed, signatures } = parseSigned(files.get('metadata/timestamp.json') ?? new Uint8Array(), 'timestamp');
    const [first, second] = signatures;
    if (!first || !second) throw new Error('two sign');
    files.set('metadata/timestamp.json', encodeSigned(signed, [{ ...first, sig }, second]));
    await open(two, files);
    files.set('metadata/timestamp.json', encodeSigned(signed, [{ ...first, sig }]));
    await expect(open(two, files)).rejects.toEqual(refused('BAD_SIGNATURE', 'timestamp'));
  });

  test('a key of an unknown scheme never counts, and harms nobody', async () => {
    const strange: JsonValue = { keytype: 'post-quantum', scheme: 'later', keyval: { public: 'x' } };
    const id = await sha256Hex(canonicalJson(strange));
    const document = JSON.parse(JSON.stringify(parseSigned(await signRoot(plan), 'root').signed));
    const timestamp = { ...document.roles.timestamp, keyids: [...document.roles.timestamp.keyids, id] };
    const inRoot = { keys: { ...document.keys, [id]: strange }, roles: { ...document.roles, timestamp } };
    await open({ ...plan, inRoot }, await publish(plan));
    const alone = { ...inRoot, roles: { ...document.roles, timestamp: { keyids: [id], threshold: 1 } } };
    await expect(open({ ...plan, inRoot: alone }, await publish(plan))).rejects.toEqual(
      refused('BAD_SIGNATURE', 'timestamp'),
    );
  });

  test('members that nobody knows are signed along and change nothing', async () => {
    const note: JsonValue = { deep: [{ list: null }] };
    const document = JSON.parse(JSON.stringify(parseSigned(await signRoot(plan), 'root').signed));
    const roles = { ...document.roles, mirrors: { keyids: [], threshold: 1 } };
    const files = await publish({ ...plan, inTargets: { targets: { note } } });
    await open({ ...plan, inRoot: { note, roles } }, files);
    const text = fromUtf8(files.get('metadata/1.targets.json') ?? new Uint8Array());
    const bare = await publish({ ...plan, bareVersions: true });
    bare.set('metadata/1.targets.json', utf8(text.replace('null', 'true')));
    await expect(open(plan, bare)).rejects.toEqual(refused('BAD_SIGNATURE', 'targets'));
  });

  test('a role that two delegate is checked against the one that asks, from the store as well', async () => {
    const parent = async (name: string, key: number) => ({
      ...(await rolePlan(key)),
      name,
      terminating: false,
      covers: { paths: [`${name}/*`] },
      files: {},
    });
    const release = {
      ...(await rolePlan(33)),
      name: 'release',
      terminating: false,
      files: { 'a/x': 'trusted', 'b/x': 'stolen' },
    };
    const below = { ...release, by: 'a', covers: { paths: ['a/*'] } };
    const diamond = { ...plan, delegated: [await parent('a', 31), await parent('b', 32), below] };
    // `b` delegates the same role to a key that did not sign it.
    const other = await metadataKeyOf(await testSigner(34));
    const roles = [{ name: 'release', keyids: [other.keyId], threshold: 1, terminating: false, paths: ['b/*'] }];
    const delegations: JsonValue = { keys: { [other.keyId]: other.document }, roles };
    const both = { ...diamond, inTargets: { b: { delegations } } };
    const device = await testDevice(await signRoot(both), undefined, { profile: SPECIFICATION });
    const repository = await device.refresh(await publish(both));
    expect(fromUtf8(await repository.downloadTarget('a/x'))).toBe('trusted');
    await expect(repository.downloadTarget('b/x')).rejects.toEqual(refused('BAD_SIGNATURE', 'release'));
    expect(device.store.entries.has('release')).toBe(true);
    // Nor does a parser that remembers the file, as one object for both, remember whom it was checked against.
    const remembered = await refreshRepository({
      store: createMemoryStore(),
      fetch: fetchFrom(await publish(both)),
      now: NOW_MS,
      trustedRoot: await signRoot(both),
      parsers: rememberingParsers(metadataParsers(SPECIFICATION)),
    });
    expect(await remembered.roleOf('a/x')).toBe('release');
    await expect(remembered.findTarget('b/x')).rejects.toEqual(refused('BAD_SIGNATURE', 'release'));
    const offline = await device.offline();
    await expect(offline.findTarget('b/x')).rejects.toMatchObject({ name: 'RepositoryError' });
  });
});

describe('hashes of targets', () => {
  async function withHashes(hashes: JsonValue) {
    const targets = { 'a.txt': { length: 3, hashes } };
    const one = { ...plan, inTargets: { targets: { targets } } };
    const files = await publish(one);
    for (const hash of [await sha256Hex(utf8('abc')), await sha512Hex(utf8('abc'))]) {
      files.set(`targets/${hash}.a.txt`, utf8('abc'));
    }
    return { one, files };
  }

  test.each([
    ['sha256', 'sha512'],
    ['sha512', undefined],
    ['sha256', 'md5'],
  ])('are checked where they are %s and %s', async (first, second) => {
    const known: Record<string, string> = {
      sha256: await sha256Hex(utf8('abc')),
      sha512: await sha512Hex(utf8('abc')),
    };
    const names = [first, ...(second === undefined ? [] : [second])];
    const { one, files } = await withHashes(Object.fromEntries(names.map((name) => [name, known[name] ?? '00'])));
    const repository = await open(one, files);
    expect(fromUtf8(await repository.downloadTarget('a.txt'))).toBe('abc');
    expect(await repository.matchTarget('a.txt', utf8('abc'))).toEqual(utf8('abc'));
    expect(await repository.matchTarget('a.txt', utf8('abd'))).toBeUndefined();
    expect(await repository.matchTarget('a.txt', utf8('abcd'))).toBeUndefined();
  });

  test('refuse a file if one of two is wrong, or if none can be checked', async () => {
    const sha256 = await sha256Hex(utf8('abc'));
    const wrong = await withHashes({ sha256, sha512: '0'.repeat(128) });
    await expect((await open(wrong.one, wrong.files)).downloadTarget('a.txt')).rejects.toEqual(
      refused('HASH_MISMATCH', 'a.txt'),
    );
    const unknown = await withHashes({ blake3: sha256 });
    const repository = await open(unknown.one, unknown.files);
    await expect(repository.downloadTarget('a.txt')).rejects.toEqual(refused('HASH_MISMATCH', 'a.txt'));
    await expectHouseRefusal(unknown.one, unknown.files, 'targets');
  });
});

describe('succinct roles', () => {
  test.each([1, 3, 4, 8, 9, 31, 32])('with %i bits: the name has the digits that all numbers fit in', async (bits) => {
    const path = 'some/path.txt';
    const first = Number.parseInt((await sha256Hex(utf8(path))).slice(0, 8), 16);
    const number = Math.floor(first / 2 ** (32 - bits));
    const name = `b-${number.toString(16).padStart(Math.ceil(bits / 4), '0')}`;
    const strangers = (number + 1) % 2 ** bits;
    const key = await metadataKeyOf(await testSigner(9));
    const succinct = { keyids: [key.keyId], threshold: 1, bit_length: bits, name_prefix: 'b' };
    const delegations: JsonValue = { keys: { [key.keyId]: key.document }, succinct_roles: succinct };
    const binned = (bin: string) => ({
      ...withCourse(plan, { name: bin, files: { [path]: 'in a bin' } }),
      inTargets: { targets: { delegations } },
    });
    const right = await open(binned(name), await publish(binned(name)));
    expect(fromUtf8(await right.downloadTarget(path))).toBe('in a bin');
    // Another bin lists the path as well, and is not asked; nor is one whose name has a digit more.
    for (const bin of [`b-${strangers.toString(16).padStart(Math.ceil(bits / 4), '0')}`, `b-0${name.slice(2)}`]) {
      const wrong = await open(binned(bin), await publish(binned(bin)));
      await expect(wrong.downloadTarget(path)).rejects.toMatchObject({ code: 'MISSING' });
      expect((await wrong.listTargets('')).size).toBe(0);
    }
  });

  test.each([0, 33])('are refused with %i bits', async (bits) => {
    const key = await metadataKeyOf(await testSigner(9));
    const succinct = { keyids: [key.keyId], threshold: 1, bit_length: bits, name_prefix: 'b' };
    const delegations: JsonValue = { keys: { [key.keyId]: key.document }, succinct_roles: succinct };
    const odd = { ...plan, inTargets: { targets: { delegations } } };
    await expect(open(odd, await publish(odd))).rejects.toEqual(refused('MALFORMED', 'targets'));
  });

  test('find the one role whose number begins the hash of the path', async () => {
    const bitLength = 5;
    const path = 'some/path.txt';
    const number = Number.parseInt((await sha256Hex(utf8(path))).slice(0, 8), 16) >>> (32 - bitLength);
    const bin = `bin-${number.toString(16).padStart(2, '0')}`;
    const key = await metadataKeyOf(await testSigner(9));
    const succinct = { keyids: [key.keyId], threshold: 1, bit_length: bitLength, name_prefix: 'bin' };
    const delegations: JsonValue = { keys: { [key.keyId]: key.document }, succinct_roles: succinct };
    const binned = {
      ...withCourse(plan, { name: bin, files: { [path]: 'in a bin' } }),
      inTargets: { targets: { delegations } },
    };
    const repository = await open(binned, await publish(binned));
    expect(fromUtf8(await repository.downloadTarget(path))).toBe('in a bin');
    expect((await repository.listTargets('some/')).size).toBe(1);
    // Another path falls into another bin, which nobody published.
    await expect(repository.findTarget('some/other.txt')).rejects.toMatchObject({ code: 'MISSING' });
    const neither = { ...plan, inTargets: { targets: { delegations: { keys: {} } } } };
    await expect(open(neither, await publish(neither))).rejects.toEqual(refused('MALFORMED', 'targets'));
  });
});

describe('a store that takes each file as it passes', () => {
  const keeping = async (from: Plan) =>
    testDevice(await signRoot(from), undefined, { profile: SPECIFICATION, writes: 'file' });
  const versions = (entries: ReadonlyMap<string, Uint8Array>) =>
    Object.fromEntries([...entries].map(([name, bytes]) => [name, JSON.parse(fromUtf8(bytes)).signed.version]));

  test('keeps the timestamp when the snapshot is missing, and a store of whole cycles keeps nothing', async () => {
    const files = await publish(plan);
    files.delete('metadata/1.snapshot.json');
    const device = await keeping(plan);
    await expect(device.refresh(files)).rejects.toEqual(refused('MISSING', 'snapshot'));
    expect(versions(device.store.entries)).toEqual({ root: 1, timestamp: 1 });
    const whole = await testDevice(await signRoot(plan));
    await expect(whole.refresh(files)).rejects.toEqual(refused('MISSING', 'snapshot'));
    expect(whole.store.entries.size).toBe(0);
  });

  test('is not written to when the stored chain is only proved again', async () => {
    const device = await keeping(plan);
    await device.refresh(await publish(plan));
    await device.store.commit(new Map([['root', undefined]]));
    await device.offline();
    expect(device.store.entries.has('root')).toBe(false);
  });

  test('keeps a root that has expired, and nothing after it', async () => {
    const next = { ...plan, root: { ...plan.root, version: 2, expiresAtMs: NOW_MS } };
    const files = (await publish(plan)).set('metadata/2.root.json', await signRoot(next));
    const device = await keeping(plan);
    await expect(device.refresh(files)).rejects.toEqual(refused('EXPIRED', 'root'));
    expect(versions(device.store.entries)).toEqual({ root: 2, '2.root': 2 });
  });

  test('forgets what old keys signed in the very step that takes over the root', async () => {
    const device = await keeping(plan);
    await device.refresh(await publish(atVersion(plan, 9)));
    const steps: string[][] = [];
    const { commit } = device.store;
    device.store.commit = async (changes) => {
      steps.push([...changes].map(([name, bytes]) => `${bytes ? '+' : '-'}${name}`));
      await commit(changes);
    };
    const next = { ...plan, root: { ...plan.root, version: 2 }, timestamp: await rolePlan(4, 41) };
    const files = (await publish(next)).set('metadata/2.root.json', await signRoot(next, plan.root.keys));
    await device.refresh(files);
    expect(steps[0]).toEqual(['+2.root']);
    expect(steps[1]).toEqual(['+root', '-timestamp', '-snapshot']);
    expect(versions(device.store.entries)).toMatchObject({ timestamp: 1, snapshot: 1, targets: 1 });
  });
});
