import { encodeFloors, FLOORS_PATH, type Floors, NO_FLOORS, parseFloors, raiseFloors } from '#core/licence/floors.ts';
import { compareVersions } from '#core/module/version.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { openPlan, publishedFiles } from './plan.ts';
import { readTarget, writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

/** What shall count no longer when it is older than this. */
export interface FloorsAsked {
  readonly app?: string | undefined;
  /** The metadata that is in force now is the oldest that counts. */
  readonly lists?: boolean;
  readonly licence?: { readonly deviceId: string; readonly serial: number } | undefined;
}

/** The floors after a change, and how the change ended. Undefined settlement: they stood there already. */
export interface FloorsChange {
  readonly floors: Floors;
  readonly settlement: Settlement | undefined;
}

/** Lets the authorities raise floors. Devices keep the highest that they ever saw, so none can be taken back. */
export async function setFloors(
  session: ProgrammeSession,
  asked: FloorsAsked,
  request?: string,
): Promise<FloorsChange> {
  const { dir, state } = session;
  const before = await readFloors(session);
  const { app = before.app, lists = false, licence } = asked;
  const serial = licence === undefined ? 0 : (before.licences.get(licence.deviceId) ?? 0);
  if (compareVersions(app, before.app) < 0) throw lower(`app ${app}`, before.app);
  if (licence !== undefined && licence.serial < serial) throw lower(`licence ${licence.serial}`, String(serial));
  const floors = raiseFloors(before, {
    app,
    metadata: lists ? { root: state.root.version, snapshot: state.snapshotVersion } : before.metadata,
    licences: new Map(licence === undefined ? [] : [[licence.deviceId, licence.serial]]),
  });
  const bytes = encodeFloors(floors);
  if (Buffer.from(bytes).equals(encodeFloors(before))) return { floors, settlement: undefined };
  const targets = publishedFiles(state.roles.get('authorities'));
  targets.set(FLOORS_PATH, await writeTarget(dir, FLOORS_PATH, bytes));
  const plan = openPlan(state);
  plan.publish('authorities', targets);
  return { floors, settlement: await settle(session, plan, { title: 'what is too old to count', request }) };
}

/** The signed floors as they stand. */
export async function readFloors(session: Pick<ProgrammeSession, 'dir' | 'state'>): Promise<Floors> {
  const file = publishedFiles(session.state.roles.get('authorities')).get(FLOORS_PATH);
  if (file === undefined) return NO_FLOORS;
  const bytes = await readTarget(session.dir, FLOORS_PATH, file);
  if (bytes !== undefined) return parseFloors(bytes);
  throw new WriterError({
    code: 'PROGRAMME_DAMAGED',
    file: FLOORS_PATH,
    problem: 'is missing or not what was signed',
    advice: 'Put back the last good copy of repository/.',
  });
}

function lower(what: string, floor: string): WriterError {
  return new WriterError({
    code: 'LOWER_FLOOR',
    file: FLOORS_PATH,
    problem: `cannot be lowered: ${what} is below ${floor}`,
    advice: 'Devices keep the highest floor that they ever saw. Give a higher one.',
  });
}
