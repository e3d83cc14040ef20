import { readFile } from 'node:fs/promises';
import {
  parseRecovery,
  parseStationAuthority,
  RECOVERY_PATH,
  type StationAuthority,
  stationPath,
} from '#core/licence/authorities.ts';
import { FLOORS_PATH, type Floors, NO_FLOORS, parseFloors } from '#core/licence/floors.ts';
import { parseStatus, STATUS_PATH, type Status } from '#core/licence/status.ts';
import type { TrustedRepository } from '#core/repository/client.ts';
import { writeDurably } from './durable-file.ts';

/** What the authorities say to this station. */
export interface Authorities {
  readonly grant: StationAuthority | undefined;
  readonly status: Status | undefined;
  readonly recipient: string | undefined;
  readonly floors: Floors;
}

/** The files that were read last, each verified when it was; kept beside the copy for a restart without a line. */
export interface AuthorityFiles {
  /**
   * Reads what the metadata names with `read`. A file that cannot be had leaves the one that is known in its place, and
   * keeps back neither the others nor the courses. Durable when it resolves; `failure` is what the first such file threw.
   */
  bring(
    repository: TrustedRepository,
    read: (path: string, sha256: string) => Promise<Uint8Array>,
  ): Promise<{ readonly authorities: Authorities; readonly failure: unknown }>;
}

/** Opens the files known so far, in `path`. */
export async function openAuthorityFiles(path: string, siteId: string): Promise<AuthorityFiles> {
  const known = await load(path);
  return {
    async bring(repository, read) {
      let failure: unknown;
      for (const name of [stationPath(siteId), STATUS_PATH, RECOVERY_PATH, FLOORS_PATH]) {
        try {
          const target = await repository.findTarget(name);
          if (target) known.set(name, await read(name, target.hashes.sha256));
          else known.delete(name);
        } catch (cause) {
          failure ??= cause;
        }
      }
      const text = Object.fromEntries([...known].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]));
      await writeDurably(path, Buffer.from(JSON.stringify(text)));
      return { authorities: parse(known, siteId), failure };
    },
  };
}

function parse(known: ReadonlyMap<string, Uint8Array>, siteId: string): Authorities {
  const paths = [stationPath(siteId), STATUS_PATH, RECOVERY_PATH, FLOORS_PATH];
  const [station, status, recovery, floors] = paths.map((name) => known.get(name));
  return {
    grant: station && parseStationAuthority(station),
    status: status && parseStatus(status),
    recipient: recovery && parseRecovery(recovery).recipient,
    floors: floors ? parseFloors(floors) : NO_FLOORS,
  };
}

async function load(path: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  try {
    for (const [name, text] of Object.entries(JSON.parse(await readFile(path, 'utf8')))) {
      if (typeof text === 'string') files.set(name, new Uint8Array(Buffer.from(text, 'base64')));
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return files;
}
