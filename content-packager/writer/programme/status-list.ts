import { encodeStatus, parseStatus, STATUS_PATH, type Status } from '#core/licence/status.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { openPlan, type Plan, publishedFiles } from './plan.ts';
import { readTarget, writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

/** The list after a change, and how the change ended. Undefined settlement: the list said so already. */
export interface StatusChange {
  readonly status: Status;
  readonly settlement: Settlement | undefined;
}

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
export async function revokeDevice(
  session: ProgrammeSession,
  deviceId: string,
  reason: string,
  request?: string,
): Promise<StatusChange> {
  requireDeviceId(deviceId);
  const status = await readStatusList(session);
  if (isRevoked(status, deviceId)) return { status, settlement: undefined };
  const revokedDevices = [...status.revokedDevices, { deviceId, reason, revokedAtMs: wholeSeconds(session.nowMs) }];
  return publishStatus(session, { ...status, revokedDevices }, { title: `device ${deviceId} is revoked`, request });
}

/** Takes a device off the list: for a revocation that a thief of the status key has made, or a mistake. */
export async function reinstateDevice(
  session: ProgrammeSession,
  deviceId: string,
  request?: string,
): Promise<StatusChange> {
  requireDeviceId(deviceId);
  const status = await readStatusList(session);
  if (!isRevoked(status, deviceId)) return { status, settlement: undefined };
  const revokedDevices = status.revokedDevices.filter((entry) => entry.deviceId !== deviceId);
  return publishStatus(session, { ...status, revokedDevices }, { title: `device ${deviceId} counts again`, request });
}

/** Withdraws a module, in one version or in all. Only a path that some course has published can be withdrawn. */
export async function withdrawModule(
  session: ProgrammeSession,
  typedPath: string,
  version: string | null,
  reason: string,
  request?: string,
): Promise<StatusChange> {
  const path = modulePath(typedPath);
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
  if (status.withdrawn.some((entry) => entry.path === path && entry.version === version))
    return { status, settlement: undefined };
  const withdrawn = [...status.withdrawn, { path, version, reason }];
  return publishStatus(session, { ...status, withdrawn }, { title: `${path} is withdrawn`, request });
}

/** Takes back the withdrawal of a module, in all versions. */
export async function reinstateModule(
  session: ProgrammeSession,
  typedPath: string,
  request?: string,
): Promise<StatusChange> {
  const path = modulePath(typedPath);
  const status = await readStatusList(session);
  const withdrawn = status.withdrawn.filter((entry) => entry.path !== path);
  if (withdrawn.length === status.withdrawn.length) return { status, settlement: undefined };
  return publishStatus(session, { ...status, withdrawn }, { title: `${path} is no longer withdrawn`, request });
}

async function publishStatus(
  session: ProgrammeSession,
  status: Status,
  options: { readonly title: string; readonly request: string | undefined },
): Promise<StatusChange> {
  const next = { ...status, version: status.version + 1 };
  const plan = openPlan(session.state);
  await planStatus(session, plan, next);
  return { status: next, settlement: await settle(session, plan, options) };
}

/** Lets a plan sign this list. */
export async function planStatus(session: ProgrammeSession, plan: Plan, status: Status): Promise<void> {
  const file = await writeTarget(session.dir, STATUS_PATH, encodeStatus(status));
  plan.publish('status', new Map([[STATUS_PATH, file]]));
}

/** The target path of a module, typed in full or as COURSE/MODULE. */
function modulePath(typedPath: string): string {
  return /^[^/]+\/[^/]+$/.test(typedPath) ? `courses/${typedPath.replace(/\.json$/, '')}.json` : typedPath;
}

function isRevoked(status: Status, deviceId: string): boolean {
  return status.revokedDevices.some((entry) => entry.deviceId === deviceId);
}

function requireDeviceId(deviceId: string): void {
  if (/^[0-9a-f]{32}$/.test(deviceId)) return;
  throw new WriterError({
    code: 'BAD_DEVICE',
    file: deviceId,
    problem: 'is no device id',
    advice: 'Copy the 32 characters that the desk shows for the device.',
  });
}

function wholeSeconds(ms: number): number {
  return ms - (ms % 1000);
}
