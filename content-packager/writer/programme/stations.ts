import { readFile } from 'node:fs/promises';
import {
  encodeStationAuthority,
  parseStationAuthority,
  type StationAuthority,
  stationPath,
} from '#core/licence/authorities.ts';
import { WriterError } from '../writer-error.ts';
import { custodianKeys, type ProgrammeSession } from './change.ts';
import { LIFETIME_DAYS, publishedFiles, publishRoles, signersOf, writeTarget } from './repository-writer.ts';

/** Lets the authorities vouch for a station: its keys, its site, what it may grant. A second time replaces the first. */
export async function authoriseStation(session: ProgrammeSession, stationFile: string): Promise<StationAuthority> {
  const { dir, programme, state, keyRing, nowMs } = session;
  const authority = await readStationFile(stationFile);
  const targets = publishedFiles(state.roles.get('authorities'));
  const path = stationPath(authority.siteId);
  targets.set(path, await writeTarget(dir, path, encodeStationAuthority(authority)));
  const signers = await signersOf(keyRing, await custodianKeys(dir, 'authorities'), programme.thresholds.authorities);
  await publishRoles(
    dir,
    keyRing,
    state,
    [{ role: 'authorities', lifetimeDays: LIFETIME_DAYS.authorities, targets, signers }],
    nowMs,
  );
  return authority;
}

async function readStationFile(path: string): Promise<StationAuthority> {
  const bytes = new Uint8Array(await readFile(path));
  try {
    return parseStationAuthority(bytes);
  } catch (cause) {
    throw new WriterError({
      code: 'BAD_STATION_FILE',
      file: path,
      problem: `is not a station's public file: ${cause instanceof Error ? cause.message : ''}`,
      advice: "Give the station-public.json from the station's data folder.",
      cause,
    });
  }
}
