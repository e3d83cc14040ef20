import { encodeStatus, parseStatus, STATUS_PATH, type Status } from '#core/licence/status.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import {
  LIFETIME_DAYS,
  publishedFiles,
  publishRoles,
  type RoleChange,
  readTarget,
  signersOf,
  writeTarget,
} from './repository-writer.ts';

/** The signed list of revocations and withdrawals as it stands. */
export async function readStatusList(session: Pick<ProgrammeSession, 'dir' | 'state'>): Promise<Status> {
  const file = publishedFiles(session.state.roles.get('status')).get(STATUS_PATH);
  const bytes = file === undefined ? undefined : await readTarget(session.dir, STATUS_PATH, file);
  if (bytes === undefined)
    throw new WriterError({
      code: 'PROGRAMME_DAMAGED',
      file: STATUS_PATH,
      problem: 'is missing or not what was signed',
      advice: 'Put back the last good copy of repository/.',
    });
  return parseStatus(bytes);
}

/** Revokes a device for good. Revoking it twice changes nothing. */
export async function revokeDevice(session: ProgrammeSession, deviceId: string, reason: string): Promise<Status> {
  if (!/^[0-9a-f]{32}$/.test(deviceId))
    throw new WriterError({
      code: 'BAD_DEVICE',
      file: deviceId,
      problem: 'is no device id',
      advice: 'Copy the 32 characters that the desk shows for the device.',
    });
  const status = await readStatusList(session);
  if (status.revokedDevices.some((entry) => entry.deviceId === deviceId)) return status;
  return publishStatus(session, {
    ...status,
    revokedDevices: [...status.revokedDevices, { deviceId, reason, revokedAtMs: wholeSeconds(session.nowMs) }],
  });
}

/** Withdraws a module, in one version or in all. Only a path that some course has published can be withdrawn. */
export async function withdrawModule(
  session: ProgrammeSession,
  typedPath: string,
  version: string | null,
  reason: string,
): Promise<Status> {
  const path = /^[^/]+\/[^/]+$/.test(typedPath) ? `courses/${typedPath.replace(/\.json$/, '')}.json` : typedPath;
  const isPublished = [...session.state.roles].some(
    ([role, targets]) => role.startsWith('course-') && targets.targets.has(path),
  );
  if (!isPublished)
    throw new WriterError({
      code: 'UNKNOWN_TARGET',
      file: typedPath,
      problem: 'is not published in this programme',
      advice: 'Look for the path with "leeslicht programme status DIR"; it looks like courses/COURSE/MODULE.json.',
    });
  const status = await readStatusList(session);
  if (status.withdrawn.some((entry) => entry.path === path && entry.version === version)) return status;
  return publishStatus(session, { ...status, withdrawn: [...status.withdrawn, { path, version, reason }] });
}

async function publishStatus(session: ProgrammeSession, status: Status): Promise<Status> {
  const next = { ...status, version: status.version + 1 };
  await publishRoles(session.dir, session.keyRing, session.state, [await statusChange(session, next)], session.nowMs);
  return next;
}

async function statusChange(session: ProgrammeSession, status: Status): Promise<RoleChange> {
  const file = await writeTarget(session.dir, STATUS_PATH, encodeStatus(status));
  return {
    role: 'status',
    lifetimeDays: LIFETIME_DAYS.status,
    targets: new Map([[STATUS_PATH, file]]),
    signers: await signersOf(session.keyRing, ['status'], 1),
  };
}

/** Signs status, snapshot and timestamp anew with fresh expiry: the weekly job of the publishing host. */
export async function resign(session: ProgrammeSession): Promise<void> {
  await publishRoles(
    session.dir,
    session.keyRing,
    session.state,
    [await statusChange(session, await readStatusList(session))],
    session.nowMs,
  );
}

function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}
