import type { JsonValue } from '#core/json/json-value.ts';
import { STATIONS_PREFIX } from '#core/licence/authorities.ts';
import { readProgramme } from './programme-file.ts';
import { loadRepository } from './repository-state.ts';
import { readStatusList } from './status-list.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** One role with what is left of its word. */
export interface RoleOverview {
  readonly role: string;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly daysLeft: number;
}

/** A programme at a glance; all signatures were checked on the way. */
export interface ProgrammeOverview {
  readonly name: string;
  readonly small: boolean;
  readonly rootSha256: string;
  readonly roles: readonly RoleOverview[];
  readonly courses: readonly {
    readonly id: string;
    readonly title: string;
    readonly tutors: readonly string[];
    readonly modules: readonly { readonly path: string; readonly custom: JsonValue }[];
  }[];
  readonly stations: readonly string[];
  readonly revokedDevices: readonly { readonly deviceId: string; readonly reason: string }[];
  readonly withdrawn: readonly { readonly path: string; readonly version: string | null; readonly reason: string }[];
}

/** Reads and checks a programme without any key. */
export async function overviewOf(dir: string, nowMs: number): Promise<ProgrammeOverview> {
  const programme = await readProgramme(dir);
  const state = await loadRepository(dir, programme);
  const status = await readStatusList({ dir, state });
  const line = (role: string, version: number, expiresAtMs: number): RoleOverview => ({
    role,
    version,
    expiresAtMs,
    daysLeft: Math.floor((expiresAtMs - nowMs) / DAY_MS),
  });
  return {
    name: programme.name,
    small: programme.small,
    rootSha256: programme.rootSha256,
    roles: [
      line('root', state.root.version, state.root.expiresAtMs),
      ...[...state.roles].map(([role, targets]) => line(role, targets.version, targets.expiresAtMs)),
      line('snapshot', state.snapshotVersion, state.snapshotExpiresAtMs),
      line('timestamp', state.timestampVersion, state.timestampExpiresAtMs),
    ],
    courses: [...programme.courses].map(([id, course]) => ({
      id,
      title: course.title,
      tutors: [...course.tutors.keys()],
      modules: [...(state.roles.get(`course-${id}`)?.targets ?? [])].map(([path, file]) => ({
        path,
        custom: file.custom ?? null,
      })),
    })),
    stations: [...(state.roles.get('authorities')?.targets.keys() ?? [])]
      .filter((path) => path.startsWith(STATIONS_PREFIX))
      .map((path) => path.slice(STATIONS_PREFIX.length).replace(/\.json$/, '')),
    revokedDevices: status.revokedDevices.map(({ deviceId, reason }) => ({ deviceId, reason })),
    withdrawn: status.withdrawn,
  };
}
