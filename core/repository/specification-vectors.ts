import { utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex, sha512Hex } from '#core/crypto/digest.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { metadataKeyOf } from './keys.ts';
import {
  type DelegatedPlan,
  type Plan,
  publish,
  rolePlan,
  signRoot,
  testSigner,
  withCourse,
  withoutVersions,
} from './test-repository.ts';
import { type MadeCase, OK, once, type Step, WEEK_ONE } from './vector-case.ts';

/** Cases that the specification allows and our own repositories do not. */
export async function specificationCases(base: Plan): Promise<MadeCase[]> {
  const key = await metadataKeyOf(await testSigner(9));
  const delegations = (line: Record<string, JsonValue>): JsonValue => ({
    keys: { [key.keyId]: key.document },
    ...line,
  });
  const keys = { keyids: [key.keyId], threshold: 1 };
  const path = 'some/path.txt';
  const bin = `bin-${(Number.parseInt((await sha256Hex(utf8(path))).slice(0, 8), 16) >>> 27).toString(16).padStart(2, '0')}`;
  const succinct = delegations({ succinct_roles: { ...keys, bit_length: 5, name_prefix: 'bin' } });
  const binned = {
    ...withCourse(base, { name: bin, files: { [path]: 'in a bin' } }),
    inTargets: { targets: { delegations: succinct } },
  };
  const listed = (hashes: Record<string, JsonValue>): Plan => ({
    ...base,
    inTargets: { targets: { targets: { 'a.txt': { length: 3, hashes } } } },
  });
  const sha512 = await sha512Hex(utf8('abc'));
  const serve = (files: Map<string, Uint8Array>) => files.set(`targets/${sha512}.a.txt`, utf8('abc'));
  const inconsistent: Plan = { ...base, inRoot: { consistent_snapshot: false } };
  return [
    {
      name: 'file names without versions',
      clause: '3.1',
      trustedRoot: await signRoot(inconsistent),
      steps: [{ files: await withoutVersions(base), verdict: OK, target: WEEK_ONE }],
    },
    await once('3.2', 'a role called ../role', OK, withCourse(base, { name: '../role' }), { target: WEEK_ONE }),
    await once('3.2', 'a role called timestamp', 'MALFORMED targets', withCourse(base, { name: 'timestamp' })),
    await once(
      '2.4',
      'a threshold that cannot be met',
      'THRESHOLD snapshot',
      { ...base, snapshot: { ...base.snapshot, threshold: 2 } },
      { root: true },
    ),
    await once('3.3', 'a target with SHA-512 alone', OK, listed({ sha512 }), { target: 'a.txt', edit: serve }),
    await once('3.3', 'a target with a hash that nobody can check', 'HASH_MISMATCH a.txt', listed({ blake3: sha512 }), {
      target: 'a.txt',
      edit: serve,
    }),
    await once('3.4', 'a pattern with a range', OK, withCourse(base, { covers: { paths: ['courses/[l-n]aths/*'] } }), {
      target: WEEK_ONE,
    }),
    await once(
      '3.4',
      'a pattern with a range that leaves the path out',
      `NO_SUCH_TARGET ${WEEK_ONE}`,
      withCourse(base, { covers: { paths: ['courses/[!l-n]aths/*'] } }),
      { target: WEEK_ONE },
    ),
    await once('3.4', 'succinct roles', OK, binned, { target: path }),
    await once('3.4', 'succinct roles, and a bin that nobody published', 'MISSING bin-15', binned, {
      target: 'some/other.txt',
    }),
    { name: 'a role of two delegators, each with its own key', clause: '5.6', steps: await diamond(base) },
  ];
}

/** `a` and `b` both delegate `release`; its one signature is by the key that `a` names. */
async function diamond(base: Plan): Promise<Step[]> {
  const parent = async (name: string, number: number): Promise<DelegatedPlan> => ({
    ...(await rolePlan(number)),
    name,
    terminating: false,
    covers: { paths: [`${name}/*`] },
    files: {},
  });
  const below = { ...(await parent('release', 33)), by: 'a', covers: { paths: ['a/*'] } };
  const release = { ...below, files: { 'a/x': 'trusted', 'b/x': 'stolen' } };
  const other = await metadataKeyOf(await testSigner(34));
  const line = { name: 'release', keyids: [other.keyId], threshold: 1, terminating: false, paths: ['b/*'] };
  const delegations: JsonValue = { keys: { [other.keyId]: other.document }, roles: [line] };
  const delegated = [await parent('a', 31), await parent('b', 32), release];
  const files = await publish({ ...base, delegated, inTargets: { b: { delegations } } });
  return [
    { files, target: 'a/x', verdict: OK },
    { files, target: 'b/x', verdict: 'BAD_SIGNATURE release' },
  ];
}
