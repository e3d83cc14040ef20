import { readFile } from 'node:fs/promises';
import {
  encodeStationAuthority,
  parseStationAuthority,
  type StationAuthority,
  type StationKey,
  stationPath,
} from '#core/licence/authorities.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { openPlan, publishedFiles } from './plan.ts';
import { readTarget, writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** formats/status-and-authorities.md 3.2: 30 days that a device may be away, and 40 that metadata may be old. */
export const MIN_OVERLAP_DAYS = 70;
const MAX_EARLIER_KEYS = 16;

/** What the authorities sign less than the station asks, and what becomes of its former keys. */
export interface GrantOptions {
  readonly maxLicenceDays?: number | undefined;
  readonly capabilities?: readonly string[] | undefined;
  /** For stolen keys, or when the old ones ran out: they stop counting at once. */
  readonly dropOldKeys?: boolean;
  readonly request?: string | undefined;
}

/** Lets the authorities vouch for a station: its keys, its site, what it may grant. A second time replaces the first. */
export async function authoriseStation(
  session: ProgrammeSession,
  stationFile: string,
  options: GrantOptions = {},
): Promise<{ authority: StationAuthority; settlement: Settlement }> {
  const { dir, state, nowMs } = session;
  const asked = await readStationFile(stationFile);
  const before = await readGrant(session, asked.siteId);
  const authority = await grantOf(asked, before, options, nowMs, stationFile);
  const plan = openPlan(state);
  const targets = publishedFiles(state.roles.get('authorities'));
  const path = stationPath(authority.siteId);
  targets.set(path, await writeTarget(dir, path, encodeStationAuthority(authority)));
  plan.publish('authorities', targets);
  const settlement = await settle(session, plan, {
    title: `grant of the site ${authority.siteId}`,
    request: options.request,
  });
  return { authority, settlement };
}

/** Takes back a site's grant: its station can renew nothing any more. */
export async function removeStation(
  session: ProgrammeSession,
  siteId: string,
  request: string | undefined,
): Promise<Settlement> {
  const targets = publishedFiles(session.state.roles.get('authorities'));
  if (!targets.delete(stationPath(siteId))) {
    throw new WriterError({
      code: 'UNKNOWN_STATION',
      file: session.dir,
      problem: `grants nothing to a site "${siteId}"`,
      advice: 'Look for the site with "leeslicht programme status DIR".',
    });
  }
  const plan = openPlan(session.state);
  plan.publish('authorities', targets);
  return settle(session, plan, { title: `end of the grant of the site ${siteId}`, request });
}

/** The signed grant of a site, or undefined where there is none. */
export async function readGrant(
  session: Pick<ProgrammeSession, 'dir' | 'state'>,
  siteId: string,
): Promise<StationAuthority | undefined> {
  const path = stationPath(siteId);
  const file = publishedFiles(session.state.roles.get('authorities')).get(path);
  const bytes = file === undefined ? undefined : await readTarget(session.dir, path, file);
  return bytes === undefined ? undefined : parseStationAuthority(bytes);
}

async function grantOf(
  asked: StationAuthority,
  before: StationAuthority | undefined,
  options: GrantOptions,
  nowMs: number,
  file: string,
): Promise<StationAuthority> {
  const { maxLicenceDays = asked.maxLicenceDays, capabilities, dropOldKeys = false } = options;
  for (const purpose of ['licence', 'receipt'] as const) {
    if (asked.keys[purpose].notAfterMs <= nowMs) throw badStation(file, `has a ${purpose} key that has run out`);
    if (before !== undefined && !dropOldKeys) requireOverlap(before.keys[purpose], asked.keys[purpose], purpose, file);
  }
  const earlier = (purpose: 'licence' | 'receipt'): StationKey[] =>
    before === undefined || dropOldKeys ? [] : earlierKeys(before, asked.keys[purpose], purpose, nowMs);
  return {
    ...asked,
    earlierKeys: { licence: earlier('licence'), receipt: earlier('receipt') },
    maxLicenceDays: Math.min(maxLicenceDays, asked.maxLicenceDays),
    capabilities: asked.capabilities.filter((name) => capabilities === undefined || capabilities.includes(name)),
  };
}

/** A device that was away must find one of the two keys valid, whatever it missed. */
function requireOverlap(before: StationKey, next: StationKey, purpose: string, file: string): void {
  if (before.public === next.public) return;
  const overlapDays = (before.notAfterMs - next.notBeforeMs) / DAY_MS;
  if (overlapDays >= MIN_OVERLAP_DAYS) return;
  throw new WriterError({
    code: 'SHORT_OVERLAP',
    file,
    problem: `has a new ${purpose} key that overlaps the old one by ${Math.max(0, Math.floor(overlapDays))} days, not by ${MIN_OVERLAP_DAYS}`,
    advice: 'Bring new keys in time. If the old ones were stolen or have run out, add --drop-old-keys.',
  });
}

function earlierKeys(
  before: StationAuthority,
  next: StationKey,
  purpose: 'licence' | 'receipt',
  nowMs: number,
): StationKey[] {
  return [before.keys[purpose], ...before.earlierKeys[purpose]]
    .filter((key) => key.public !== next.public && key.notAfterMs > nowMs)
    .slice(0, MAX_EARLIER_KEYS);
}

async function readStationFile(path: string): Promise<StationAuthority> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    return parseStationAuthority(bytes);
  } catch (cause) {
    throw badStation(path, `is not a station's public file: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
}

function badStation(file: string, problem: string, cause?: unknown): WriterError {
  return new WriterError({
    code: 'BAD_STATION_FILE',
    file,
    problem,
    advice: "Give the station-public.json from the station's data folder.",
    cause,
  });
}
