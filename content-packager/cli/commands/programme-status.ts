import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { JsonValue } from '#core/json/json-value.ts';
import { floorLines } from '../../writer/programme/floor-lines.ts';
import type { ProgrammeOverview } from '../../writer/programme/overview.ts';
import { WriterError } from '../../writer/writer-error.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How urgent the end of something is. */
type Urgency = 'expired' | 'soon';

/** Something that has run out, or will within 14 days, and the command that mends it. */
interface Ending {
  readonly what: string;
  readonly urgency: Urgency;
  readonly daysLeft: number;
  readonly mend: string;
}

/** `leeslicht programme status [DIR]` */
export const programmeStatusCommand: Command = {
  name: 'programme status',
  words: ['[DIR]'],
  summary: 'Check all signatures of a programme and show how long they hold',
  options: {},
  optionHelp: {},
  checking: true,
  async run(context) {
    const { overviewOf, SOON_DAYS } = await import('../../writer/programme/index.ts');
    const nowMs = context.nowMs();
    const overview = await overviewOf(await programmeFolder(context), nowMs);
    const endings = endingsOf(overview, SOON_DAYS * DAY_MS, nowMs);
    const of = (urgency: Urgency): string[] =>
      endings.filter((ending) => ending.urgency === urgency).map(({ what }) => what);
    const [expired, runningOut] = [of('expired'), of('soon')];
    return {
      data: { ...plain(overview), expired, runningOut },
      text: describeProgramme(overview, endings, nowMs),
      good: endings.length === 0,
      exitCode: expired.length > 0 ? EXIT.notGood : runningOut.length > 0 ? EXIT.runsOutSoon : EXIT.ok,
    };
  },
};

/** The folder that was typed; else the programme in whose folder, or below it, the command was typed. */
async function programmeFolder(context: CommandContext): Promise<string> {
  const [typed] = context.words;
  if (typed !== undefined) return resolve(context.folder, typed);
  for (let folder = resolve(context.folder); ; folder = dirname(folder)) {
    const isPublished = await exists(join(folder, 'programme.json'));
    const isWaiting = (await exists(join(folder, 'pending'))) && (await exists(join(folder, 'repository')));
    if (isPublished || isWaiting) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new WriterError({
    code: 'UNKNOWN_PROGRAMME',
    file: context.folder,
    problem: 'is not in a programme folder',
    advice: 'Go there first, or type the folder: leeslicht programme status DIR.',
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not for this user: then this is not the programme that is meant.
    return false;
  }
}

function endingsOf(overview: ProgrammeOverview, soonMs: number, nowMs: number): Ending[] {
  const ending = (what: string, expiresAtMs: number, mend: string): Ending[] => {
    const leftMs = expiresAtMs - nowMs;
    if (leftMs > soonMs) return [];
    // At the instant itself it has run out, as for a device (formats/repository.md 5.4).
    return [{ what, urgency: leftMs <= 0 ? 'expired' : 'soon', daysLeft: Math.floor(leftMs / DAY_MS), mend }];
  };
  return [
    ...overview.roles.flatMap(({ role, expiresAtMs }) => {
      const isOnline = role === 'status' || role === 'snapshot' || role === 'timestamp';
      return ending(role, expiresAtMs, `leeslicht programme resign DIR${isOnline ? '' : ` --role ${role}`}`);
    }),
    ...overview.stations.flatMap(({ siteId, expiresAtMs }) =>
      ending(`keys of ${siteId}`, expiresAtMs, 'leeslicht programme authorise-station DIR STATION-PUBLIC.json'),
    ),
  ];
}

function plain(overview: ProgrammeOverview): { readonly [key: string]: JsonValue } {
  return {
    name: overview.name,
    small: overview.small,
    rootSha256: overview.rootSha256 ?? null,
    roles: overview.roles.map(({ role, version, expiresAtMs, daysLeft, threshold, keys }) => ({
      role,
      version,
      expires: new Date(expiresAtMs).toISOString(),
      daysLeft,
      threshold,
      keys,
    })),
    courses: overview.courses.map(({ id, title, tutors, modules }) => ({
      id,
      title,
      tutors,
      modules: modules.map(({ path, custom }) => ({ path, custom })),
    })),
    stations: overview.stations.map(({ siteId }) => siteId),
    stationKeys: overview.stations.map(({ siteId, expiresAtMs, daysLeft, needsNewKeys }) => ({
      siteId,
      expires: new Date(expiresAtMs).toISOString(),
      daysLeft,
      needsNewKeys,
    })),
    revokedDevices: overview.revokedDevices.map(({ deviceId, reason }) => ({ deviceId, reason })),
    withdrawn: overview.withdrawn.map(({ path, version, reason }) => ({ path, version, reason })),
    floors: {
      app: overview.floors.app,
      metadata: { ...overview.floors.metadata },
      licences: Object.fromEntries(overview.floors.licences),
    },
    pending: overview.pending.map(({ id, title, created, counts }) => ({
      id,
      title,
      created: new Date(created).toISOString(),
      signatures: counts.map((count) => ({ ...count })),
    })),
  };
}

function describeProgramme(overview: ProgrammeOverview, endings: readonly Ending[], nowMs: number): string {
  const width = Math.max(...overview.roles.map(({ role }) => role.length), 12);
  const roles = overview.roles.map(({ role, version, expiresAtMs, daysLeft, threshold, keys }) => {
    const left = nowMs >= expiresAtMs ? 'EXPIRED' : `until ${day(expiresAtMs)}, ${daysLeft} days left`;
    return `  ${role.padEnd(width)}  version ${String(version).padStart(3)}  ${left.padEnd(32)}  ${threshold} of ${keys.join(', ')}`;
  });
  const courses = overview.courses.flatMap(({ id, title, tutors, modules }) => [
    `  ${id}: "${title}", tutors: ${tutors.join(', ') || 'none yet'}`,
    ...modules.map(({ path, custom }) => `      ${path}${versionText(custom)}`),
  ]);
  const stations = overview.stations.map(
    ({ siteId, stationName, expiresAtMs, needsNewKeys }) =>
      `  ${siteId}: ${stationName}, keys until ${day(expiresAtMs)}${needsNewKeys ? ' (time to bring new keys, so that both overlap)' : ''}`,
  );
  return [
    `${overview.name}${overview.small ? ' (small)' : ''}`,
    ...(overview.rootSha256 === undefined
      ? ['Not published yet: the first root waits for signatures.']
      : [`Root fingerprint ${overview.rootSha256}`, 'All signatures are right.', '', ...roles]),
    '',
    'Courses:',
    ...(courses.length === 0 ? ['  none yet'] : courses),
    'Stations:',
    ...(stations.length === 0 ? ['  none yet'] : stations),
    ...overview.revokedDevices.map(({ deviceId, reason }) => `Revoked: ${deviceId} (${reason})`),
    ...overview.withdrawn.map(
      ({ path, version, reason }) => `Withdrawn: ${path} ${version ?? 'all versions'} (${reason})`,
    ),
    ...floorLines(overview.floors).map((line) => `Counts: ${line}`),
    ...overview.pending.flatMap(({ id, title, counts }) => [
      `Waits for signatures: ${title} (${id})`,
      ...counts.map(({ role, have, need }) => `  ${role}: ${have} of ${need}`),
    ]),
    '',
    ...(endings.length === 0 ? ['Nothing runs out within 14 days.'] : endings.map(endingText)),
  ].join('\n');
}

function endingText({ what, urgency, daysLeft, mend }: Ending): string {
  const when = urgency === 'expired' ? 'has EXPIRED' : `runs out in ${daysLeft} days`;
  return `! ${what} ${when}: ${mend}`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function versionText(custom: JsonValue): string {
  return typeof custom === 'object' && custom !== null && 'version' in custom ? ` ${String(custom['version'])}` : '';
}
