import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { toHex } from '#core/bytes/hex.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import { createDeskUpstream } from '../../connectors/desk-upstream.ts';
import { openDatabase } from '../../store/database.ts';
import { openObjects } from '../../store/objects.ts';
import type { Mirror, MirrorState, StationContext, StationKeys } from '../context.ts';
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
  readonly authority: { grant: StationAuthority | undefined };
  close(): Promise<void>;
}

/** Opens a station in `folder`. */
export async function openTestStation(folder: string, secrets: StationSecrets): Promise<TestStation> {
  await mkdir(folder, { recursive: true });
  const keys = await stationKeys(secrets);
  const clock = { nowMs: START_MS };
  const authority: TestStation['authority'] = { grant: authorityOf(keys) };
  const reached = crashPoints(process.env);
  const db = await openDatabase(join(folder, 'station.db'));
  const context: StationContext = {
    db,
    objects: await openObjects(folder, reached),
    keys,
    now: () => clock.nowMs,
    log: pino({ level: process.env['LEESLICHT_LOG_LEVEL'] ?? 'silent' }),
    config: {
      dataFolder: folder,
      siteId: 'site-one',
      siteName: 'Site One',
      stationName: 'Room 2',
      whereToSync: 'Room 2',
      repository: undefined,
      deskOrigin: 'http://127.0.0.1:8080',
      learnerOrigins: ['http://127.0.0.1:8081', 'http://127.0.0.1:9000'],
      diskReserveBytes: 0,
      licenceDays: 30,
      dailyHours: 16,
    },
    events: createEvents(),
    mirror: memoryMirror(authority),
    upstream: createDeskUpstream(() => []),
    jobs: { wake: () => {} },
  };
  const fatal = (error: unknown): never => {
    throw error;
  };
  const ingest = { context, commits: createCommitQueue(db, fatal, reached), reached, fatal };
  return { ingest, context, clock, authority, close: () => db.destroy() };
}

function authorityOf(keys: StationKeys): StationAuthority {
  const validity = { notBeforeMs: START_MS - YEAR_MS, notAfterMs: START_MS + YEAR_MS };
  return {
    siteId: 'site-one',
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
    recoveryRecipient: () => undefined,
    read: async () => undefined,
  };
}
