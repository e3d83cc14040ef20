import { resolve } from 'node:path';
import type { JsonValue } from '#core/json/json-value.ts';
import type { ProgrammeOverview } from '../../writer/programme/overview.ts';
import { type Command, word } from '../command.ts';

const ALARM_DAYS = 19;

/** `leeslicht programme status DIR` */
export const programmeStatusCommand: Command = {
  name: 'programme status',
  words: ['DIR'],
  summary: 'Check all signatures of a programme and show how long they hold',
  options: {},
  optionHelp: {},
  checking: true,
  async run(context) {
    const { overviewOf } = await import('../../writer/programme/index.ts');
    const overview = await overviewOf(resolve(word(context, 0)), context.nowMs());
    const nowMs = context.nowMs();
    const expired = overview.roles.filter((role) => nowMs >= role.expiresAtMs);
    return {
      data: { ...plain(overview), expired: expired.map(({ role }) => role) },
      text: describeProgramme(overview, nowMs),
      good: expired.length === 0,
    };
  },
};

function plain(overview: ProgrammeOverview): { readonly [key: string]: JsonValue } {
  return {
    name: overview.name,
    small: overview.small,
    rootSha256: overview.rootSha256,
    roles: overview.roles.map(({ role, version, expiresAtMs, daysLeft }) => ({
      role,
      version,
      expires: new Date(expiresAtMs).toISOString(),
      daysLeft,
    })),
    courses: overview.courses.map(({ id, title, tutors, modules }) => ({
      id,
      title,
      tutors,
      modules: modules.map(({ path, custom }) => ({ path, custom })),
    })),
    stations: overview.stations,
    revokedDevices: overview.revokedDevices.map(({ deviceId, reason }) => ({ deviceId, reason })),
    withdrawn: overview.withdrawn.map(({ path, version, reason }) => ({ path, version, reason })),
  };
}

function describeProgramme(overview: ProgrammeOverview, nowMs: number): string {
  const roles = overview.roles.map(({ role, version, expiresAtMs, daysLeft }) => {
    const word = nowMs >= expiresAtMs ? 'EXPIRED' : `${daysLeft} days left`;
    const isOnline = ['status', 'snapshot', 'timestamp'].includes(role);
    const hint = isOnline && daysLeft < ALARM_DAYS ? '  ← run "leeslicht programme resign"' : '';
    return `  ${role.padEnd(28)} version ${String(version).padStart(3)}   ${word}${hint}`;
  });
  const courses = overview.courses.flatMap(({ id, title, tutors, modules }) => [
    `  ${id}: "${title}", tutors: ${tutors.join(', ') || 'none yet'}`,
    ...modules.map(({ path, custom }) => `      ${path}${versionText(custom)}`),
  ]);
  return [
    `${overview.name}${overview.small ? ' (small)' : ''}`,
    `Root fingerprint ${overview.rootSha256}`,
    'All signatures are right.',
    '',
    ...roles,
    '',
    'Courses:',
    ...(courses.length === 0 ? ['  none yet'] : courses),
    `Stations: ${overview.stations.join(', ') || 'none yet'}`,
    ...overview.revokedDevices.map(({ deviceId, reason }) => `Revoked: ${deviceId} (${reason})`),
    ...overview.withdrawn.map(
      ({ path, version, reason }) => `Withdrawn: ${path} ${version ?? 'all versions'} (${reason})`,
    ),
  ].join('\n');
}

function versionText(custom: JsonValue): string {
  return typeof custom === 'object' && custom !== null && 'version' in custom ? ` ${String(custom['version'])}` : '';
}
