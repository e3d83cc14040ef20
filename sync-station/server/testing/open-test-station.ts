import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { toHex } from '#core/bytes/hex.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import { type Floors, NO_FLOORS } from '#core/licence/floors.ts';
import { createDeskUpstream } from '../../connectors/desk-upstream.ts';
import type { Upstream } from '../../connectors/upstream.ts';
import { openDatabase, type StationDatabase } from '../../store/database.ts';
import { openObjects } from '../../store/objects.ts';
import type { Mirror, MirrorState, ObjectStore, StationContext, StationKeys } from '../context.ts';
import { createEvents } from '../events.ts';
import { createCommitQueue } from '../ingest/commit-queue.ts';
import { crashPoints } from '../ingest/crash-point.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { StationSecrets } from '../keys/key-file.ts';
import { stationKeys } from '../keys/station-keys.ts';

const START_MS = Date.UTC(2026, 10, 24, 9);
const YEAR_MS = 365 * 86_400_000;

/** The secrets of every test station, so that a station can be opened again. */
export const TEST_SECRETS: StationSecrets = {
  licenceSeed: '11'.repeat(32),
  receiptSeed: '22'.repeat(32),
  ageIdentity: 'AGE-SECRET-KEY-1WM2T0NCGLV20F8FEL8LQT9ARYYNT3E4VQDZC0L9EYEGQXTRT2HWSK6GZ9S',
};

/** A station on a real database and real files, with a fixed clock and an authority that has signed for it. */
export interface TestStation {
  readonly ingest: Ingest;
  readonly context: StationContext;
  readonly clock: { nowMs: number };
  /** Set to see what a station does that nobody has authorised. */
  readonly authority: { grant: StationAuthority | undefined; others: StationAuthority[]; floors: Floors };
  close(): Promise<void>;
}

/** Opens a station in `folder`. */
export async function openTestStation(
  folder: string,
  secrets: StationSecrets,
  options: { readonly upstream?: Upstream; readonly siteId?: string } = {},
): Promise<TestStation> {
  await mkdir(folder, { recursive: true });
  const reached = crashPoints(process.env);
  const db = await openDatabase(join(folder, 'station.db'));
  const objects = await openObjects(folder, reached);
  return testStation({ db, objects, keys: await stationKeys(secrets), folder, reached, ...options });
}

/** A test station over a database and files that are open already. */
export function testStation(parts: {
  readonly db: StationDatabase;
  readonly objects: ObjectStore;
  readonly keys: StationKeys;
  readonly folder: string;
  readonly reached?: Ingest['reached'];
  readonly upstream?: Upstream;
  readonly siteId?: string;
}): TestStation {
  const { db, objects, keys, folder, reached = () => {}, siteId = 'site-one' } = parts;
  const clock = { nowMs: START_MS };
  const authority: TestStation['authority'] = { grant: authorityOf(keys, siteId), others: [], floors: NO_FLOORS };
  const context: StationContext = {
    db,
    objects,
    keys,
    now: () => clock.nowMs,
    log: pino({ level: process.env['LEESLICHT_LOG_LEVEL'] ?? 'silent' }),
    config: {
      dataFolder: folder,
      siteId,
      siteName: 'Site One',
      stationName: 'Room 2',
      whereToSync: 'Room 2',
      repository: undefined,
      deskOrigin: 'http://127.0.0.1:8080',
      learnerOrigins: ['http://127.0.0.1:8081', 'http://127.0.0.1:9000'],
      diskReserveBytes: 0,
      licenceDays: 30,
      dailyHours: 16,
      upstreamUrl: undefined,
      backup: undefined,
      timeZone: 'Europe/Amsterdam',
    },
    events: createEvents(),
    mirror: memoryMirror(authority),
    upstream: parts.upstream ?? createDeskUpstream(() => []),
    jobs: { wake: () => {} },
  };
  const fatal = (error: unknown): never => {
    throw error;
  };
  const ingest = { context, commits: createCommitQueue(db, fatal, reached), reached, fatal };
  return { ingest, context, clock, authority, close: () => db.destroy() };
}

function authorityOf(keys: StationKeys, siteId: string): StationAuthority {
  const validity = { notBeforeMs: START_MS - YEAR_MS, notAfterMs: START_MS + YEAR_MS };
  return {
    siteId,
    siteName: 'Site One',
    stationName: 'Room 2',
    keys: {
      licence: { public: toHex(keys.licence.publicKey), ...validity },
      receipt: { public: toHex(keys.receipt.publicKey), ...validity },
      age: { recipient: keys.age.recipient, ...validity },
    },
    maxLicenceDays: 30,
    capabilities: ['read', 'write'],
    earlierKeys: { licence: [], receipt: [] },
  };
}

function memoryMirror(authority: TestStation['authority']): Mirror {
  const state: MirrorState = {
    kind: 'fresh',
    refreshedAtMs: START_MS,
    rootSha256: 'ab'.repeat(32),
    versions: {},
    expiresAtMs: {},
    failure: null,
  };
  return {
    refresh: async () => state,
    state: () => state,
    stationGrant: () => authority.grant,
    status: () => undefined,
    floors: () => authority.floors,
    recoveryRecipient: () => undefined,
    stationAuthority: async (siteId) => [authority.grant, ...authority.others].find((one) => one?.siteId === siteId),
    target: async () => undefined,
    read: async () => undefined,
  };
}
