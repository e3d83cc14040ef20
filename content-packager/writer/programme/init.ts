import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fromHex } from '#core/bytes/hex.ts';
import { encodeRecovery, RECOVERY_PATH } from '#core/licence/authorities.ts';
import { encodeStatus, STATUS_PATH } from '#core/licence/status.ts';
import { type MetadataKey, metadataKeyOf } from '#core/repository/keys.ts';
import { WriterError } from '../writer-error.ts';
import { type PublicKey, readPublicKey } from './custodian-key.ts';
import { isErrno, syncFolder } from './disk.ts';
import { refusePublishedPlace } from './key-place.ts';
import type { KeyRing } from './key-ring.ts';
import { openPlan } from './plan.ts';
import { PROGRAMME_FORMAT, type ProgrammeFile } from './programme-file.ts';
import { writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

/** How many custodians each role has and needs. */
const CEREMONY = {
  full: { root: [3, 2], targets: [2, 2], authorities: [3, 2] },
  small: { root: [1, 1], targets: [1, 1], authorities: [1, 1] },
} as const;

/** Stands for a fingerprint until the first root has all its signatures. */
const NO_ROOT_YET = '0'.repeat(64);

/** What a new programme is. */
export interface InitOptions {
  readonly name: string;
  readonly small: boolean;
  readonly nowMs: number;
  /** A folder of public keys that custodians made on their own machines; the others are made here. */
  readonly publicKeys?: string | undefined;
  /** Where the request for absent custodians goes. */
  readonly request?: string | undefined;
}

/**
 * Makes a programme: keys, the first root, targets that only delegate, authorities with the recovery key, an empty
 * status list, snapshot and timestamp. It is made beside its place and moved there whole. With keys that others hold it
 * waits, unpublished, for their signatures.
 */
export async function initProgramme(
  dir: string,
  options: InitOptions,
  openKeys: (dir: string) => KeyRing,
): Promise<Settlement> {
  const place = resolve(dir);
  await refuseFilled(place);
  await refusePublishedPlace(place);
  const given = options.publicKeys === undefined ? new Map() : await readPublicKeys(options.publicKeys);
  const work = join(dirname(place), `.${basename(place)}.new-${process.pid}`);
  await mkdir(work, { recursive: true });
  await mkdir(join(work, 'keys'), { mode: 0o700 });
  try {
    const settlement = await build(work, options, openKeys(work), given);
    await rm(place, { recursive: true, force: true });
    await rename(work, place);
    await syncFolder(dirname(place));
    return settlement;
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

async function build(
  dir: string,
  options: InitOptions,
  keyRing: KeyRing,
  given: ReadonlyMap<string, PublicKey>,
): Promise<Settlement> {
  const ceremony = options.small ? CEREMONY.small : CEREMONY.full;
  const plan = openPlan(undefined);
  const keyOf = async (name: string): Promise<MetadataKey> => {
    const own = given.get(name);
    const publicKey = own === undefined ? (await keyRing.createSigner(name)).publicKey : fromHex(own.public);
    plan.edit({ kind: 'nameKey', key: name, public: Buffer.from(publicKey).toString('hex') });
    return metadataKeyOf({ publicKey });
  };
  const many = async (role: string, count: number): Promise<MetadataKey[]> => {
    const keys: MetadataKey[] = [];
    for (let number = 1; number <= count; number++) keys.push(await keyOf(`${role}-${number}`));
    return keys;
  };
  for (const role of ['root', 'targets'] as const)
    plan.setKeys(role, await many(role, ceremony[role][0]), ceremony[role][1]);
  const authorities = await many('authorities', ceremony.authorities[0]);
  const status = await keyOf('status');
  for (const role of ['snapshot', 'timestamp'] as const) plan.setKeys(role, [await keyOf(role)], 1);
  const recipient = given.get('recovery')?.public ?? (await keyRing.createAgeKey('recovery'));
  plan.edit({ kind: 'nameKey', key: 'recovery', public: recipient });

  const ids = (keys: readonly MetadataKey[]): string[] => keys.map(({ keyId }) => keyId);
  const paths = ['authorities/*', 'authorities/*/*'];
  const threshold = ceremony.authorities[1];
  plan.delegate({ name: 'authorities', keyIds: ids(authorities), threshold, terminating: true, paths }, authorities);
  plan.delegate({ name: 'status', keyIds: ids([status]), threshold: 1, terminating: true, paths: ['status/*'] }, [
    status,
  ]);
  plan.publish(
    'authorities',
    new Map([[RECOVERY_PATH, await writeTarget(dir, RECOVERY_PATH, encodeRecovery({ recipient }))]]),
  );
  const list = encodeStatus({ version: 1, revokedDevices: [], withdrawn: [] });
  plan.publish('status', new Map([[STATUS_PATH, await writeTarget(dir, STATUS_PATH, list)]]));
  for (const folder of ['chunks', 'leaves']) await mkdir(join(dir, 'repository', folder), { recursive: true });

  const programme: ProgrammeFile = {
    format: PROGRAMME_FORMAT,
    name: options.name,
    created: options.nowMs - (options.nowMs % 1000),
    small: options.small,
    rootSha256: NO_ROOT_YET,
    thresholds: { root: ceremony.root[1], targets: ceremony.targets[1], authorities: ceremony.authorities[1] },
    courses: new Map(),
    keys: new Map(),
  };
  return settle({ dir, keyRing, programme, state: undefined, nowMs: options.nowMs }, plan, {
    title: `the new programme "${options.name}"`,
    request: options.request,
  });
}

async function readPublicKeys(folder: string): Promise<Map<string, PublicKey>> {
  const keys = new Map<string, PublicKey>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.public.json'))) {
    const path = join(folder, file);
    const kind = file.startsWith('recovery') ? 'age' : 'ed25519';
    const key = await readPublicKey(path, kind);
    if (!keys.has(key.name)) keys.set(key.name, key);
    else {
      throw new WriterError({
        code: 'BAD_PUBLIC_KEY',
        file: path,
        problem: `is a second key with the name "${key.name}"`,
        advice: 'Keep one file for each custodian in this folder.',
      });
    }
  }
  return keys;
}

async function refuseFilled(place: string): Promise<void> {
  try {
    if ((await readdir(place)).length === 0) return;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  throw new WriterError({
    code: 'PROGRAMME_EXISTS',
    file: place,
    problem: 'is not empty',
    advice: 'Choose a new folder; keys are never written over.',
  });
}
