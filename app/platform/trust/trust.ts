import { toBytes } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { matchSha256 } from '#core/crypto/verified-bytes.ts';
import {
  keysValidAt,
  parseRecovery,
  parseStationAuthority,
  RECOVERY_PATH,
  type StationAuthority,
  stationKeys,
  stationPath,
} from '#core/licence/authorities.ts';
import {
  FLOORS_PATH,
  type Floors,
  isOlderMetadata,
  type MetadataVersions,
  NO_FLOORS,
  parseFloors,
  raiseFloors,
} from '#core/licence/floors.ts';
import { LicenceError } from '#core/licence/licence-error.ts';
import { parseStatus, STATUS_PATH, type Status } from '#core/licence/status.ts';
import {
  openCached,
  RepositoryError,
  type RepositoryFetch,
  refreshRepository,
  type TrustedRepository,
} from '#core/repository/client.ts';
import type { DeviceDatabase } from '../device/device-database.ts';
import { metaStore, type PinnedTrust } from '../device/device-meta.ts';
import { stagedMetadata, storedMetadata } from './metadata-store.ts';

/** What the authorities say, every part verified from the pinned root. */
export interface Trust {
  readonly repository: TrustedRepository;
  readonly station: StationAuthority | undefined;
  readonly status: Status | undefined;
  readonly recoveryRecipient: string | undefined;
  /** The oldest that still counts: of what is signed now, and of all that ever was here. */
  readonly floors: Floors;
}

/** Verifies what the device holds again, offline; expiry is ignored, for it gates installing. Throws RepositoryError. */
export async function openTrust(database: DeviceDatabase, pinned: PinnedTrust, nowMs: number): Promise<Trust> {
  const store = storedMetadata(database);
  const repository = await openCached({ store, now: nowMs, trustedRoot: pinned.root, ignoreExpiry: true });
  const held = async (path: string): Promise<Uint8Array | undefined> => {
    const target = await repository.findTarget(path);
    const bytes = target && (await database.get('targets', target.hashes.sha256));
    return target && bytes && matchSha256(bytes, target.hashes.sha256);
  };
  return readTrust(database, repository, pinned, held);
}

/**
 * Brings news from the station's mirror. All of it is kept in one step, or none. Throws RepositoryError, or LicenceError
 * `BELOW_FLOOR` when it is older than the authorities let count.
 */
export async function refreshTrust(
  database: DeviceDatabase,
  pinned: PinnedTrust,
  fetch: RepositoryFetch,
  nowMs: number,
): Promise<Trust> {
  const store = stagedMetadata(database);
  const repository = await refreshRepository({ store, fetch, now: nowMs, trustedRoot: pinned.root });
  const targets = new Map<string, Uint8Array>();
  const trust = await readTrust(database, repository, pinned, async (path) => {
    const target = await repository.findTarget(path);
    if (!target) return undefined;
    const bytes = await repository.downloadTarget(path);
    targets.set(target.hashes.sha256, bytes);
    return bytes;
  });
  if (isOlderMetadata(metadataVersions(repository), trust.floors.metadata))
    throw new LicenceError({ code: 'BELOW_FLOOR' });
  await store.commitAll(targets, trust.floors);
  return trust;
}

/** Keys that may sign receipts, time and down parcels now: of the authorities, or else the one pinned at enrolment. */
export function receiptKeys(trust: Trust | undefined, pinned: PinnedTrust, nowMs: number): readonly Uint8Array[] {
  const station = trust?.station;
  if (!station) return [pinned.receiptKey];
  const valid = keysValidAt(stationKeys(station, 'receipt'), nowMs);
  // A device whose clock is wrong must still learn the time: then the present key counts whatever its dates.
  return valid.length > 0 ? valid : [fromHex(station.keys.receipt.public)];
}

/** Versions of the metadata that is trusted now, as floors speak of them. */
export function metadataVersions(repository: TrustedRepository): MetadataVersions {
  return { root: repository.rootVersion, snapshot: repository.versions['snapshot'] ?? 0 };
}

async function readTrust(
  database: DeviceDatabase,
  repository: TrustedRepository,
  pinned: PinnedTrust,
  read: (path: string) => Promise<Uint8Array | undefined>,
): Promise<Trust> {
  const station = await optional(() => read(stationPath(pinned.siteId)));
  const status = await optional(() => read(STATUS_PATH));
  const recovery = await optional(() => read(RECOVERY_PATH));
  const floors = await optional(() => read(FLOORS_PATH));
  return {
    repository,
    station: station && parseStationAuthority(station),
    status: status && parseStatus(status),
    recoveryRecipient: recovery && parseRecovery(recovery).recipient,
    floors: raiseFloors(
      (await metaStore(database).read('floors')) ?? NO_FLOORS,
      floors ? parseFloors(floors) : NO_FLOORS,
    ),
  };
}

/** A programme without this role or file: what depends on it stays closed, the rest goes on. */
async function optional(read: () => Promise<Uint8Array | undefined>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const bytes = await read();
    return bytes && toBytes(bytes);
  } catch (cause) {
    if (cause instanceof RepositoryError && (cause.code === 'MISSING' || cause.code === 'NO_SUCH_TARGET'))
      return undefined;
    throw cause;
  }
}
