import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Signer } from '#core/crypto/signer.ts';
import { encodeRecovery, RECOVERY_PATH } from '#core/licence/authorities.ts';
import { encodeStatus, STATUS_PATH } from '#core/licence/status.ts';
import { metadataKeyOf } from '#core/repository/keys.ts';
import { rootDocument, signMetadata } from '#core/repository/sign.ts';
import { WriterError } from '../writer-error.ts';
import { isErrno, syncFolder, writeDurably } from './disk.ts';
import type { KeyRing } from './key-ring.ts';
import { PROGRAMME_FORMAT, type ProgrammeFile, writeProgramme } from './programme-file.ts';
import { LIFETIME_DAYS, publishRoles, writeTarget } from './repository-writer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How many custodians each role has and needs. */
const CEREMONY = {
  full: { root: [3, 2], targets: [2, 2], authorities: [3, 2] },
  small: { root: [1, 1], targets: [1, 1], authorities: [1, 1] },
} as const;

/** What a new programme is. */
export interface InitOptions {
  readonly name: string;
  readonly small: boolean;
  readonly nowMs: number;
}

/**
 * Makes a programme: all keys, the first root, targets that only delegate, authorities with the recovery key, an empty
 * status list, snapshot and timestamp. It is made beside its place and moved there whole.
 */
export async function initProgramme(
  dir: string,
  options: InitOptions,
  openKeys: (dir: string) => KeyRing,
): Promise<ProgrammeFile> {
  const place = resolve(dir);
  await refuseFilled(place);
  const work = join(dirname(place), `.${basename(place)}.new-${process.pid}`);
  await mkdir(work, { recursive: true });
  await mkdir(join(work, 'keys'), { mode: 0o700 });
  try {
    const programme = await build(work, options, openKeys(work));
    await rm(place, { recursive: true, force: true });
    await rename(work, place);
    await syncFolder(dirname(place));
    return programme;
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

async function build(dir: string, options: InitOptions, keyRing: KeyRing): Promise<ProgrammeFile> {
  const ceremony = options.small ? CEREMONY.small : CEREMONY.full;
  const many = async (role: string, count: number): Promise<Signer[]> => {
    const signers: Signer[] = [];
    for (let number = 1; number <= count; number++) signers.push(await keyRing.createSigner(`${role}-${number}`));
    return signers;
  };
  const [rootKeys, targetsKeys, authorityKeys] = [
    await many('root', ceremony.root[0]),
    await many('targets', ceremony.targets[0]),
    await many('authorities', ceremony.authorities[0]),
  ];
  const [statusKey, snapshotKey, timestampKey] = [
    await keyRing.createSigner('status'),
    await keyRing.createSigner('snapshot'),
    await keyRing.createSigner('timestamp'),
  ];
  const recipient = await keyRing.createAgeKey('recovery');

  const ids = (signers: readonly Signer[]): string[] => signers.map((signer) => signer.keyId);
  const keysOf = (signers: readonly Signer[]) => Promise.all(signers.map(metadataKeyOf));
  const root = await signMetadata(
    rootDocument(
      { version: 1, expiresAtMs: options.nowMs + LIFETIME_DAYS.root * DAY_MS },
      await keysOf([...rootKeys, ...targetsKeys, snapshotKey, timestampKey]),
      {
        root: { keyIds: ids(rootKeys), threshold: ceremony.root[1] },
        targets: { keyIds: ids(targetsKeys), threshold: ceremony.targets[1] },
        snapshot: { keyIds: [snapshotKey.keyId], threshold: 1 },
        timestamp: { keyIds: [timestampKey.keyId], threshold: 1 },
      },
    ),
    rootKeys,
  );
  await writeDurably(join(dir, 'repository', 'metadata', '1.root.json'), root);

  const recovery = await writeTarget(dir, RECOVERY_PATH, encodeRecovery({ recipient }));
  const status = await writeTarget(dir, STATUS_PATH, encodeStatus({ version: 1, revokedDevices: [], withdrawn: [] }));
  await publishRoles(
    dir,
    keyRing,
    undefined,
    [
      {
        role: 'authorities',
        lifetimeDays: LIFETIME_DAYS.authorities,
        targets: new Map([[RECOVERY_PATH, recovery]]),
        signers: authorityKeys,
      },
      {
        role: 'status',
        lifetimeDays: LIFETIME_DAYS.status,
        targets: new Map([[STATUS_PATH, status]]),
        signers: [statusKey],
      },
      {
        role: 'targets',
        lifetimeDays: LIFETIME_DAYS.targets,
        targets: new Map(),
        delegations: {
          keys: await keysOf([...authorityKeys, statusKey]),
          roles: [
            {
              name: 'authorities',
              keyIds: ids(authorityKeys),
              threshold: ceremony.authorities[1],
              terminating: true,
              paths: ['authorities/*', 'authorities/*/*'],
            },
            { name: 'status', keyIds: [statusKey.keyId], threshold: 1, terminating: true, paths: ['status/*'] },
          ],
        },
        signers: targetsKeys,
      },
    ],
    options.nowMs,
  );
  for (const folder of ['chunks', 'leaves']) await mkdir(join(dir, 'repository', folder), { recursive: true });
  const programme: ProgrammeFile = {
    format: PROGRAMME_FORMAT,
    name: options.name,
    created: options.nowMs - (options.nowMs % 1000),
    small: options.small,
    rootSha256: createHash('sha256').update(root).digest('hex'),
    thresholds: { root: ceremony.root[1], targets: ceremony.targets[1], authorities: ceremony.authorities[1] },
    courses: new Map(),
  };
  await writeProgramme(dir, programme);
  return programme;
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
