import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { encodeSigned } from './sign.ts';
import { parseSigned } from './signed.ts';
import {
  atVersion,
  DAY_MS,
  type DelegatedPlan,
  NOW_MS,
  type Plan,
  publish,
  type RolePlan,
  rolePlan,
  signRoot,
  testSigner,
  withCourse,
} from './test-repository.ts';
import { type MadeCase, OK, once, twice, WEEK_ONE } from './vector-case.ts';

/** Cases of our own repositories, where every house rule holds. */
export async function houseCases(base: Plan): Promise<MadeCase[]> {
  const stranger = [await testSigner(99)];
  const top = (role: 'timestamp' | 'snapshot' | 'targets', change: Partial<RolePlan>): Plan => ({
    ...base,
    [role]: { ...base[role], ...change },
  });
  const edit = (path: string, from: string, to: string) => (files: Map<string, Uint8Array>) => {
    files.set(path, utf8(fromUtf8(files.get(path) ?? utf8('')).replace(from, to)));
  };
  const bare = { ...base, bareVersions: true };
  return [
    await once('5', 'a repository in order', OK, base, { target: WEEK_ONE }),
    await once('3.3', 'versions announced without length and hash', OK, bare, { target: WEEK_ONE }),
    await once('4.2', 'a target that nobody lists', 'NO_SUCH_TARGET courses/maths/none', base, {
      target: 'courses/maths/none',
    }),
    await once('2.5', 'members that nobody knows', OK, { ...base, inTargets: { targets: { note: ['signed along'] } } }),
    await once(
      '2.5',
      'a timestamp signed by a stranger',
      'BAD_SIGNATURE timestamp',
      top('timestamp', { signedBy: stranger }),
    ),
    await once(
      '2.5',
      'a snapshot signed by a stranger',
      'BAD_SIGNATURE snapshot',
      top('snapshot', { signedBy: stranger }),
    ),
    await once(
      '2.5',
      'targets signed by one of two',
      'THRESHOLD targets',
      top('targets', { signedBy: base.targets.keys.slice(0, 1) }),
    ),
    await once(
      '5.6',
      'a course signed by a stranger',
      'BAD_SIGNATURE course-maths',
      withCourse(base, { signedBy: stranger }),
      { target: WEEK_ONE },
    ),
    await once(
      '5.6',
      'a course signed by a stranger, while another is asked for',
      OK,
      withCourse(base, { signedBy: stranger }),
      { target: 'status/status.json' },
    ),
    await once('2.5', 'a byte changed after signing', 'BAD_SIGNATURE targets', bare, {
      edit: edit('metadata/1.targets.json', 'courses/maths/*', 'courses/other/*'),
    }),
    await once('2.5', 'one signature twice', 'MALFORMED targets', bare, { edit: doubled('metadata/1.targets.json') }),
    await once('canonical-json 2.5', 'a member twice', 'MALFORMED timestamp', base, {
      edit: edit('metadata/timestamp.json', '"signed":', '"signed": {}, "signed":'),
    }),
    await once('5.8', 'a timestamp of more than 16 KiB', 'TOO_LARGE timestamp', base, {
      edit: (files) => files.set('metadata/timestamp.json', utf8(' '.repeat(16_385))),
    }),
    await once('5.3', 'a snapshot of another hash than announced', 'HASH_MISMATCH snapshot', {
      ...base,
      announce: { snapshot: { sha256: '0'.repeat(64) } },
    }),
    await once('5.3', 'a snapshot shorter than announced', 'LENGTH snapshot', {
      ...base,
      announce: { snapshot: { length: 5000 } },
    }),
    await once('5.3', 'targets longer than announced', 'TOO_LARGE targets', {
      ...base,
      announce: { targets: { length: 10 } },
    }),
    await once('5.3', 'no snapshot', 'MISSING snapshot', base, {
      edit: (files) => files.delete('metadata/1.snapshot.json'),
    }),
    await once(
      '5.3',
      'a version other than announced: mixed publications',
      'WRONG_VERSION targets',
      { ...bare, announce: { targets: { version: 2 } } },
      {
        edit: (files) => files.set('metadata/2.targets.json', files.get('metadata/1.targets.json') ?? utf8('')),
      },
    ),
    await once(
      '5.3',
      'a course that the snapshot does not name',
      'MISSING course-maths',
      { ...base, unlisted: ['course-maths'] },
      { target: WEEK_ONE },
    ),
    await once(
      '5.4',
      'a timestamp a second before it expires',
      OK,
      top('timestamp', { expiresAtMs: NOW_MS + DAY_MS }),
      { nowMs: NOW_MS + DAY_MS - 1000 },
    ),
    await once(
      '5.4',
      'a timestamp at the instant at which it expires',
      'EXPIRED timestamp',
      top('timestamp', { expiresAtMs: NOW_MS + DAY_MS }),
      { nowMs: NOW_MS + DAY_MS },
    ),
    await once('5.4', 'a snapshot that has expired', 'EXPIRED snapshot', top('snapshot', { expiresAtMs: NOW_MS })),
    await once('5.4', 'targets that have expired', 'EXPIRED targets', top('targets', { expiresAtMs: NOW_MS })),
    await twice('5.2', 'an older timestamp', 'ROLLBACK timestamp', atVersion(base, 2), base),
    await twice(
      '5.2',
      'a newer timestamp of an older snapshot',
      'ROLLBACK snapshot',
      atVersion(base, 2),
      top('timestamp', { version: 3 }),
    ),
    await twice(
      '5.2',
      'the same version of the timestamp with other content',
      OK,
      base,
      top('timestamp', { expiresAtMs: NOW_MS + 400 * DAY_MS }),
    ),
    await twice(
      '5.3',
      'an older course in a newer snapshot',
      'ROLLBACK course-maths',
      atVersion(base, 2),
      withCourse(atVersion(base, 3), { version: 1 }),
    ),
    await twice('5.3', 'a newer snapshot without a course', 'ROLLBACK course-maths', base, {
      ...atVersion(base, 2),
      unlisted: ['course-maths'],
    }),
    ...(await rootCases(base)),
    await once(
      '3.1',
      'a root without consistent snapshots',
      'MALFORMED root',
      { ...base, inRoot: { consistent_snapshot: false } },
      { root: true },
    ),
    await once(
      '2.4',
      'a threshold that cannot be met',
      'MALFORMED root',
      { ...base, snapshot: { ...base.snapshot, threshold: 2 } },
      { root: true },
    ),
    await once(
      '3.2',
      'a role of a name that is no file name',
      'MALFORMED snapshot',
      withCourse(base, { name: '../course' }),
    ),
    await once(
      '3.4',
      'a pattern with a bracket',
      'MALFORMED targets',
      withCourse(base, { covers: { paths: ['courses/[m]aths/*'] } }),
    ),
    await once(
      '4.1',
      'a path that leaves the repository',
      'MALFORMED course-maths',
      withCourse(base, { files: { 'courses/maths/../x': 'x' } }),
      { target: WEEK_ONE },
    ),
    await once(
      '4.2',
      'a path outside what the role was given',
      'NO_SUCH_TARGET courses/history/x',
      withCourse(base, { files: { 'courses/history/x': 'x' } }),
      { target: 'courses/history/x' },
    ),
    await once(
      '4.2',
      'a later role behind a terminating one',
      `NO_SUCH_TARGET ${WEEK_ONE}`,
      await behindTerminating(base),
      { target: WEEK_ONE },
    ),
    await once('4.3', 'a target of other bytes of the same length', `HASH_MISMATCH ${WEEK_ONE}`, base, {
      target: WEEK_ONE,
      edit: await otherBytes('week one', 'week two'),
    }),
    await once('4.3', 'a target that is too long', `TOO_LARGE ${WEEK_ONE}`, base, {
      target: WEEK_ONE,
      edit: await otherBytes('week one', 'week one and more'),
    }),
  ];
}

async function rootCases(base: Plan): Promise<MadeCase[]> {
  const at = (version: number, change: Partial<Plan> = {}): Plan => ({
    ...base,
    ...change,
    root: { ...base.root, ...change.root, version },
  });
  const chain = async (name: string, verdict: string, roots: readonly Uint8Array[], plan: Plan, first?: Plan) => {
    const files = await publish(plan);
    for (const [index, root] of roots.entries()) files.set(`metadata/${index + 2}.root.json`, root);
    const steps = [...(first ? [{ files: await publish(first), verdict: OK }] : []), { files, verdict }];
    return { clause: first ? '5.5' : '5.1', name, steps };
  };
  const fresh = await rolePlan(21, 22, 23);
  const second = at(2, { root: { ...fresh, expiresAtMs: NOW_MS - DAY_MS } });
  const third = at(3, { root: fresh });
  const recovered = at(2, { snapshot: await rolePlan(31) });
  return [
    await chain(
      'two new roots, the first of them expired',
      OK,
      [await signRoot(second, base.root.keys), await signRoot(third)],
      third,
    ),
    await chain('a last root that has expired', 'EXPIRED root', [await signRoot(second, base.root.keys)], second),
    await chain(
      'a root that the old keys did not sign',
      'BAD_SIGNATURE root',
      [await signRoot(at(2, { root: fresh }))],
      base,
    ),
    await chain(
      'a root that one of the old keys signed',
      'THRESHOLD root',
      [await signRoot(at(2, { root: fresh }), base.root.keys.slice(0, 1))],
      base,
    ),
    await chain(
      'a root that its own keys did not sign',
      'BAD_SIGNATURE root',
      [await signRoot(at(2, { root: { ...fresh, signedBy: base.root.keys } }))],
      base,
    ),
    await chain('root version 3 in the place of 2', 'WRONG_VERSION root', [await signRoot(at(3))], base),
    await chain(
      'recovery from versions run up by a stolen key',
      OK,
      [await signRoot(recovered)],
      atVersion(recovered, 2),
      atVersion(base, 1_000_000),
    ),
    await chain(
      'no recovery where root changes nothing about those keys',
      'ROLLBACK timestamp',
      [await signRoot(at(2))],
      atVersion(at(2), 2),
      atVersion(base, 1_000_000),
    ),
  ];
}

async function behindTerminating(base: Plan): Promise<Plan> {
  const later: DelegatedPlan = {
    ...(await rolePlan(41)),
    name: 'later',
    terminating: false,
    covers: { paths: ['courses/maths/*'] },
    files: { [WEEK_ONE]: 'mine' },
  };
  const plan = withCourse(base, { files: {} });
  return { ...plan, delegated: [...plan.delegated, later] };
}

function doubled(path: string) {
  return (files: Map<string, Uint8Array>) => {
    const { signed, signatures } = parseSigned(files.get(path) ?? utf8(''), 'vector');
    files.set(path, encodeSigned(signed, [...signatures, ...signatures.slice(0, 1)]));
  };
}

async function otherBytes(from: string, to: string) {
  const name = `targets/courses/maths/${await sha256Hex(utf8(from))}.week-1.json`;
  return (files: Map<string, Uint8Array>) => {
    files.set(name, utf8(to));
  };
}
