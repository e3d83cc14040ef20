import type { JsonValue } from '#core/json/json-value.ts';
import { parseStationAuthority, STATIONS_PREFIX } from '#core/licence/authorities.ts';
import { type Floors, NO_FLOORS } from '#core/licence/floors.ts';
import { readFloors } from './floors.ts';
import { finishPublication, isCutOff } from './journal.ts';
import { keysById } from './key-names.ts';
import { refuseKeysInRepository } from './key-place.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import { withProgrammeLock } from './lock.ts';
import { listPending, type Pending } from './pending.ts';
import { publishedFiles } from './plan.ts';
import { type ProgrammeFile, parseProgramme, readProgramme } from './programme-file.ts';
import { loadRepository, type RepositoryState } from './repository-state.ts';
import { readTarget } from './repository-writer.ts';
import { countSignatures, resolveDocuments, type SignatureCount } from './signing-documents.ts';
import { MIN_OVERLAP_DAYS } from './stations.ts';
import { readStatusList } from './status-list.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** `programme status` ends with exit code 2 when something has this long or less to go. */
export const SOON_DAYS = 14;

/** One role with what is left of its word. */
export interface RoleOverview {
  readonly role: string;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly daysLeft: number;
  readonly threshold: number;
  /** Names of its keys; a fingerprint where the programme knows no name. */
  readonly keys: readonly string[];
}

/** One site with what its keys have left. */
export interface StationOverview {
  readonly siteId: string;
  readonly stationName: string;
  readonly expiresAtMs: number;
  readonly daysLeft: number;
  /** Whether new keys must come now, so that old and new overlap long enough. */
  readonly needsNewKeys: boolean;
}

/** A change that waits, with what it has of the signatures it needs. */
export interface PendingOverview {
  readonly id: string;
  readonly title: string;
  readonly created: number;
  readonly counts: readonly SignatureCount[];
}

/** A programme at a glance; all signatures were checked on the way. */
export interface ProgrammeOverview {
  readonly name: string;
  readonly small: boolean;
  /** Undefined while the first root waits for signatures. */
  readonly rootSha256: string | undefined;
  readonly roles: readonly RoleOverview[];
  readonly courses: readonly {
    readonly id: string;
    readonly title: string;
    readonly tutors: readonly string[];
    readonly modules: readonly { readonly path: string; readonly custom: JsonValue }[];
  }[];
  readonly stations: readonly StationOverview[];
  readonly revokedDevices: readonly { readonly deviceId: string; readonly reason: string }[];
  readonly withdrawn: readonly { readonly path: string; readonly version: string | null; readonly reason: string }[];
  readonly floors: Floors;
  readonly pending: readonly PendingOverview[];
}

/** Reads and checks a programme without any key. */
export async function overviewOf(dir: string, nowMs: number): Promise<ProgrammeOverview> {
  const pending = await listPending(dir);
  const genesis = pending.find((one) => one.genesis !== null)?.genesis;
  if (genesis !== undefined && genesis !== null) return unpublished(parseProgramme(genesis), pending);
  await readProgramme(dir);
  // Looking takes no lock, so that it works while another command runs and on a disk that cannot be written.
  if (await isCutOff(dir)) await withProgrammeLock(dir, () => finishPublication(dir));
  await refuseKeysInRepository(dir);
  const programme = await readProgramme(dir);
  const state = await loadRepository(dir, programme);
  const status = await readStatusList({ dir, state });
  return {
    name: programme.name,
    small: programme.small,
    rootSha256: programme.rootSha256,
    roles: await rolesOf(programme, state, publicKeysOf(dir), nowMs),
    courses: [...programme.courses].map(([id, course]) => ({
      id,
      title: course.title,
      tutors: [...course.tutors.keys()],
      modules: [...(state.roles.get(`course-${id}`)?.targets ?? [])].map(([path, file]) => ({
        path,
        custom: file.custom ?? null,
      })),
    })),
    stations: await stationsOf(dir, state, nowMs),
    revokedDevices: status.revokedDevices.map(({ deviceId, reason }) => ({ deviceId, reason })),
    withdrawn: status.withdrawn,
    floors: await readFloors({ dir, state }),
    pending: await pendingOf(pending, state),
  };
}

async function unpublished(programme: ProgrammeFile, pending: readonly Pending[]): Promise<ProgrammeOverview> {
  return {
    name: programme.name,
    small: programme.small,
    rootSha256: undefined,
    roles: [],
    courses: [],
    stations: [],
    revokedDevices: [],
    withdrawn: [],
    floors: NO_FLOORS,
    pending: await pendingOf(pending, undefined),
  };
}

async function rolesOf(
  programme: ProgrammeFile,
  state: RepositoryState,
  keyRing: KeyRing,
  nowMs: number,
): Promise<RoleOverview[]> {
  const names = await keysById({ programme, keyRing });
  const lines = state.roles.get('targets')?.delegations?.roles ?? [];
  const line = (role: string, version: number, expiresAtMs: number): RoleOverview => {
    const { root, targets, snapshot, timestamp } = state.root.roles;
    const top = new Map(Object.entries({ root, targets, snapshot, timestamp }));
    const keys = top.get(role) ?? lines.find(({ name }) => name === role);
    return {
      role,
      version,
      expiresAtMs,
      daysLeft: daysLeft(expiresAtMs, nowMs),
      threshold: keys?.threshold ?? 0,
      keys: (keys?.keyIds ?? []).map((keyId) => names.get(keyId) ?? keyId),
    };
  };
  return [
    line('root', state.root.version, state.root.expiresAtMs),
    ...[...state.roles].map(([role, targets]) => line(role, targets.version, targets.expiresAtMs)),
    line('snapshot', state.snapshotVersion, state.snapshotExpiresAtMs),
    line('timestamp', state.timestampVersion, state.timestampExpiresAtMs),
  ];
}

async function stationsOf(dir: string, state: RepositoryState, nowMs: number): Promise<StationOverview[]> {
  const stations: StationOverview[] = [];
  for (const [path, file] of publishedFiles(state.roles.get('authorities'))) {
    if (!path.startsWith(STATIONS_PREFIX)) continue;
    const bytes = await readTarget(dir, path, file);
    if (bytes === undefined) continue;
    const { siteId, stationName, keys } = parseStationAuthority(bytes);
    const expiresAtMs = Math.min(keys.licence.notAfterMs, keys.receipt.notAfterMs, keys.age.notAfterMs);
    const left = daysLeft(expiresAtMs, nowMs);
    stations.push({
      siteId,
      stationName,
      expiresAtMs,
      daysLeft: left,
      needsNewKeys: left < MIN_OVERLAP_DAYS + SOON_DAYS,
    });
  }
  return stations;
}

async function pendingOf(pending: readonly Pending[], state: RepositoryState | undefined): Promise<PendingOverview[]> {
  const standing = { root: state?.root, targets: state?.roles.get('targets') };
  return Promise.all(
    pending.map(async ({ id, title, created, documents }) => ({
      id,
      title,
      created,
      counts: await Promise.all((await resolveDocuments(standing, documents)).map(countSignatures)),
    })),
  );
}

function publicKeysOf(dir: string): KeyRing {
  const noSecret = (): never => {
    throw new RangeError('the overview opens no key');
  };
  return openKeyRing(dir, async () => noSecret(), noSecret);
}

function daysLeft(expiresAtMs: number, nowMs: number): number {
  return Math.floor((expiresAtMs - nowMs) / DAY_MS);
}
