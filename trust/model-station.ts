import { tmpdir } from 'node:os';
import Fastify, { type FastifyInstance } from 'fastify';
import { signBackedUp } from '../sync-station/server/backup/back-up.ts';
import { beginNewEpoch } from '../sync-station/server/backup/restore.ts';
import type { StationContext, StationKeys } from '../sync-station/server/context.ts';
import { registerDock } from '../sync-station/server/dock/index.ts';
import { pendingDown } from '../sync-station/server/down/compose.ts';
import type { CommitQueue } from '../sync-station/server/ingest/commit-queue.ts';
import { ingestParcel } from '../sync-station/server/ingest/ingest.ts';
import { runOne } from '../sync-station/server/jobs/jobs.ts';
import {
  emptyImage,
  type MemoryDatabase,
  memoryObjects,
  openImage,
} from '../sync-station/server/testing/memory-database.ts';
import { type TestStation, testStation } from '../sync-station/server/testing/open-test-station.ts';
import { contentsOf } from '../sync-station/store/database-copy.ts';
import { sendDeskMessage } from '../sync-station/store/desk-work.ts';
import { findDevice } from '../sync-station/store/devices.ts';
import { resolveFork } from '../sync-station/store/forks.ts';
import { addLearner } from '../sync-station/store/learners.ts';
import { openBranches } from '../sync-station/store/parcels.ts';

/** What the station is told about the one device of a run. */
export interface EnrolledDevice {
  readonly id: string;
  readonly signingKey: string;
  readonly ageRecipient: string;
}

/** A whole station over a database in memory: its own code from the HTTP interface down to the last statement. */
export interface ModelStation {
  readonly app: () => FastifyInstance;
  readonly station: () => TestStation;
  /** Books parcels that were accepted, as the job does after the answer. */
  open(): Promise<void>;
  teach(text: string): Promise<string>;
  /** A copy of the database; after it the station signs that what is in it is backed up. */
  backUp(): Promise<void>;
  /** The database as it was at a backup, `back` backups ago. Returns the ids of parcels that were promised and are gone. */
  restore(back: number): Promise<ReadonlySet<string> | undefined>;
  /** An officer lets a branch go on; `wanted` says which parcels are the true device's. */
  resolve(wanted: (parcelId: string) => boolean): Promise<boolean>;
  /** A parcel that was sent before comes once more, late. */
  late(parcelId: string, bytes: Uint8Array): Promise<void>;
  /** The device is enrolled anew under its keys: a new epoch. */
  enrolAnew(): Promise<void>;
  close(): Promise<void>;
}

/** The station that answers now: one HTTP interface serves all runs of a process, one after the other. */
const open: { station: TestStation | undefined; app: FastifyInstance | undefined } = {
  station: undefined,
  app: undefined,
};

function stationNow(): TestStation {
  if (!open.station) throw new Error('no station is open');
  return open.station;
}

async function sharedApp(keys: StationKeys): Promise<FastifyInstance> {
  if (open.app) return open.app;
  const first = openImage(await emptyImage());
  const { context, ingest } = testStation({ db: first.db, objects: memoryObjects(), keys, folder: tmpdir() });
  const current: StationContext = {
    ...context,
    get db() {
      return stationNow().context.db;
    },
    get objects() {
      return stationNow().context.objects;
    },
    now: () => stationNow().context.now(),
  };
  const app = Fastify({ bodyLimit: 17 * 1024 * 1024 });
  const commits: CommitQueue = { run: (work) => stationNow().ingest.commits.run(work) };
  await registerDock(app, { ...ingest, context: current, commits }, (id) => pendingDown(current, id));
  await app.ready();
  open.app = app;
  return app;
}

/** Opens a station with one learner and one device. */
export async function modelStation(
  image: Uint8Array,
  keys: StationKeys,
  device: EnrolledDevice,
): Promise<ModelStation> {
  const objects = memoryObjects();
  const backups: Uint8Array[] = [];
  const app = await sharedApp(keys);
  let memory: MemoryDatabase;
  let current: TestStation;

  async function start(from: Uint8Array): Promise<void> {
    memory = openImage(from);
    current = testStation({ db: memory.db, objects, keys, folder: tmpdir() });
    open.station = current;
  }
  async function stop(): Promise<void> {
    await current.close();
  }
  const promised = async (): Promise<ReadonlySet<string>> => {
    const rows = await current.context.db.selectFrom('receipts').select('parcelId').execute();
    return new Set(rows.map((row) => row.parcelId));
  };

  await start(image);
  const db = () => current.context.db;
  const { id: learnerId } = await addLearner(db(), { displayName: 'Sam', actor: 'officer' }, 1);
  await db()
    .insertInto('devices')
    .values({
      ...device,
      ...{ learnerId, keyLevel: 'wrapped', epoch: 1, state: 'ok', stateReason: null, capabilities: '["read","write"]' },
      ...{ lastSeenAtMs: null, licenceSerial: 0, licenceExpiresAtMs: null, quota: null, createdAtMs: 1 },
    })
    .execute();
  return {
    app: () => app,
    station: () => current,
    async open() {
      while (await runOne(current.context, ['open-parcel'])) {
        // Until nothing is due.
      }
    },
    teach: (text) => sendDeskMessage(db(), { learnerId, sender: 'Kim', text, actor: 'kim' }, current.context.now()),
    async backUp() {
      const { parcels } = await contentsOf(db());
      backups.push(memory.image());
      await signBackedUp(current.context, parcels);
    },
    async restore(back) {
      const backup = backups.at(-1 - back);
      if (!backup) return undefined;
      const before = await promised();
      const nowMs = current.clock.nowMs + 1000;
      await stop();
      await start(backup);
      current.clock.nowMs = nowMs;
      backups.splice(backups.length - back);
      await beginNewEpoch(db(), 1, nowMs);
      const here = await db().selectFrom('parcels').select('id').execute();
      const held = new Set(here.map((row) => row.id));
      return new Set([...before].filter((parcelId) => !held.has(parcelId)));
    },
    async resolve(wanted) {
      const known = await findDevice(db(), device.id);
      if (known?.state !== 'forked') return false;
      const branches = await openBranches(db());
      const headParcelId = branches.find((branch) => wanted(branch.parcelId))?.parcelId ?? null;
      const outcome = { kind: 'continue', headParcelId } as const;
      return resolveFork(db(), { deviceId: device.id, outcome, actor: 'officer' }, current.context.now());
    },
    async late(parcelId, bytes) {
      const known = await findDevice(db(), device.id);
      if (known) await ingestParcel(current.ingest, known, parcelId, bytes);
    },
    async enrolAnew() {
      await db()
        .updateTable('devices')
        .set((update) => ({ epoch: update('epoch', '+', 1) }))
        .execute();
    },
    close: stop,
  };
}
