import 'fake-indexeddb/auto';
import type { FastifyInstance } from 'fastify';
import { toBytes, utf8 } from '#core/bytes/bytes.ts';
import { importAesKey } from '#core/crypto/aead.ts';
import type { Signer } from '#core/crypto/signer.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import { NO_FLOORS } from '#core/licence/floors.ts';
import { RepositoryError, type RepositoryFetch } from '#core/repository/client.ts';
import type { DeviceClock } from '../app/platform/clock/device-clock.ts';
import { type DeviceDatabase, type OutboxParcel, openDeviceDatabase } from '../app/platform/device/device-database.ts';
import { metaStore } from '../app/platform/device/device-meta.ts';
import { randomId } from '../app/platform/device/random.ts';
import type { OpenRecords } from '../app/platform/records/open-records.ts';
import type { MessageRecord, SubmissionRecord } from '../app/platform/records/records.ts';
import { moveHere } from '../app/platform/sync/move.ts';
import { runSync } from '../app/platform/sync/run-sync.ts';
import { bringFromStick, type StickReport, takeToStick } from '../app/platform/sync/stick.ts';
import type { SyncContext } from '../app/platform/sync/sync-context.ts';
import type { SyncReport } from '../app/platform/sync/sync-event.ts';
import { signedDock } from '../app/platform/transports/dock-client.ts';
import type { StickFolder } from '../app/platform/transports/stick-folder.ts';
import { type Transport, TransportError } from '../app/platform/transports/transport.ts';
import type { Trust } from '../app/platform/trust/trust.ts';

const HOST = '127.0.0.1:8081';

/** What the cable does to the `at`-th message of a sync. */
export interface Fault {
  /** `lost`: it never arrives. `unanswered`: it arrives and is done, and the answer is lost. */
  readonly kind: 'lost' | 'unanswered';
  readonly at: number;
}

/** Keys of a device, and of the station that it has pinned. */
export interface ModelKeys {
  readonly signer: Signer;
  readonly deviceId: string;
  readonly ageRecipient: string;
  readonly ageIdentity: string;
  readonly receiptKey: Uint8Array<ArrayBuffer>;
  readonly authority: StationAuthority;
}

/** A device: the app's own sync on its own database, without a screen. */
export interface ModelDevice {
  write(text: string): Promise<string>;
  /** Undefined when the cable was pulled. */
  sync(app: FastifyInstance, nowMs: number, fault: Fault | undefined): Promise<SyncReport | undefined>;
  outbox(): Promise<readonly OutboxParcel[]>;
  submissions(): Promise<readonly SubmissionRecord[]>;
  messages(): Promise<readonly MessageRecord[]>;
  /** Goes to another site's station, with the programme as that station mirrors it. False when it has no business there. */
  move(app: FastifyInstance, nowMs: number, fetch: RepositoryFetch): Promise<boolean>;
  /** Writes to a stick what goes out; reads from one what came back. */
  take(stick: StickFolder, nowMs: number): Promise<StickReport>;
  bring(stick: StickFolder, nowMs: number): Promise<StickReport>;
  /** A disk image of this device, started elsewhere: the same keys, the same counters. */
  clone(): Promise<ModelDevice>;
  close(): void;
}

/** Every parcel that left a device: what a wire or a stick may bring again. */
export type SentParcels = Map<string, Uint8Array>;

/** Makes a device that was enrolled in epoch 1. */
export async function modelDevice(
  keys: ModelKeys,
  sent: SentParcels,
  // Without metadata: parcels never wait for it.
  root: Uint8Array<ArrayBuffer> = utf8('none'),
): Promise<ModelDevice> {
  const database = await openDeviceDatabase(`device-${randomId()}`);
  await metaStore(database).write({
    identity: { learnerLabel: 'Sam', deviceEpoch: 1, stationEpoch: 0 },
    pinned: { root, siteId: keys.authority.siteId, siteName: 'Site One', receiptKey: keys.receiptKey },
  });
  return over(database, new Map(), keys, sent);
}

type Tables = Map<string, Map<string, object>>;

function over(database: DeviceDatabase, tables: Tables, keys: ModelKeys, sent: SentParcels): ModelDevice {
  const records = memoryRecords(tables);
  let trust: Trust = {
    ...{ repository: noRepository, station: keys.authority, status: undefined, recoveryRecipient: undefined },
    floors: NO_FLOORS,
  };
  return {
    async write(text) {
      const id = randomId();
      const place = { assignmentId: 'a', modulePath: 'courses/a/b.json', title: 't' };
      const value: SubmissionRecord = { id, ...place, text, words: 1, createdAtMs: 1, step: 'outbox' };
      await records.change([{ kind: 'put', table: 'submissions', id, value }]);
      return id;
    },
    async sync(app, nowMs, fault) {
      const context = await contextOf({ database, records, keys, trust }, faulty(app, fault, sent), nowMs);
      const ports = {
        clock: fixedClock(nowMs),
        setTrust: () => {},
        licence: async () => undefined,
        onModuleNews: () => {},
      };
      try {
        for await (const event of runSync(context, ports)) if (event.step === 'done') return event.report;
      } catch (cause) {
        if (!(cause instanceof TransportError)) throw cause;
      }
      return undefined;
    },
    outbox: () => database.getAll('outbox'),
    submissions: () => records.all<SubmissionRecord>('submissions'),
    messages: () => records.all<MessageRecord>('messages'),
    async move(app, nowMs, fetch) {
      const meta = metaStore(database);
      const transport = faulty(app, undefined, sent);
      const moved = await moveHere({ database, meta, transport, fetch, nowMs, trust });
      if (moved) trust = moved;
      return moved !== undefined;
    },
    take: async (stick, nowMs) =>
      takeToStick(await contextOf({ database, records, keys, trust }, noWire, nowMs), stick),
    bring: async (stick, nowMs) =>
      bringFromStick(await contextOf({ database, records, keys, trust }, noWire, nowMs), stick),
    async clone() {
      const copy = await openDeviceDatabase(`device-${randomId()}`);
      for (const parcel of await database.getAll('outbox')) await copy.put('outbox', parcel);
      for (const name of await database.getAllKeys('meta')) {
        const value = await database.get('meta', name);
        if (value !== undefined) await copy.put('meta', value, name);
      }
      const copied: Tables = new Map([...tables].map(([table, rows]) => [table, new Map(rows)]));
      return over(copy, copied, keys, sent);
    },
    close: () => database.close(),
  };
}

const dataKey = await importAesKey(new Uint8Array(32));
const idKey = await crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, [
  'sign',
]);

async function contextOf(
  device: {
    readonly database: DeviceDatabase;
    readonly records: OpenRecords;
    readonly keys: ModelKeys;
    readonly trust: Trust;
  },
  transport: Transport,
  nowMs: number,
): Promise<SyncContext> {
  const { database, records, keys, trust } = device;
  const { signer, deviceId, ageRecipient, ageIdentity } = keys;
  const pinned = await metaStore(database).read('pinned');
  if (!pinned) throw new Error('no station is pinned');
  const open = { signer, deviceId, ageRecipient, ageIdentity, level: 'wrapped' } as const;
  const { signal } = new AbortController();
  return {
    database,
    meta: metaStore(database),
    keys: open,
    pinned,
    records,
    vault: { dataKey, idKey },
    transport,
    dock: signedDock(transport, open, pinned.receiptKey, signal),
    signal,
    nowMs: () => nowMs,
    trust: () => trust,
  };
}

/** In the cell. */
const noWire: Transport = {
  isWired: false,
  repositoryUrl: '',
  send: async () => {
    throw new TransportError({ code: 'NO_STATION' });
  },
};

/** The wire to the station's own HTTP interface, with its faults. */
function faulty(app: FastifyInstance, fault: Fault | undefined, sent: SentParcels): Transport {
  let count = 0;
  return {
    isWired: true,
    repositoryUrl: '',
    async send({ method, path, headers, body }) {
      const isHit = fault !== undefined && count === fault.at;
      count += 1;
      if (method === 'PUT' && body) sent.set(path.slice('/dock/parcels/'.length), body);
      if (isHit && fault.kind === 'lost') throw new TransportError({ code: 'NO_STATION' });
      const answer = await app.inject({
        method,
        url: path,
        headers: { host: HOST, ...headers },
        ...(body ? { payload: Buffer.from(body) } : {}),
      });
      if (isHit) throw new TransportError({ code: 'NO_STATION' });
      return {
        status: answer.statusCode,
        body: toBytes(answer.rawPayload),
        header: (name) => {
          const value = answer.headers[name];
          return typeof value === 'string' ? value : null;
        },
      };
    },
  };
}

/** The learner's records without a vault: encryption of records is proved elsewhere. */
function memoryRecords(tables: Tables): OpenRecords {
  const table = (name: string): Map<string, object> => {
    const rows = tables.get(name) ?? new Map<string, object>();
    tables.set(name, rows);
    return rows;
  };
  return {
    // Each table holds what was put there as its own type, as the encrypted ones do.
    get: async (name, id) => JSON.parse(JSON.stringify(table(name).get(id) ?? null)) ?? undefined,
    all: async (name) => JSON.parse(JSON.stringify([...table(name).values()])),
    file: async () => undefined,
    async change(changes) {
      for (const one of changes) {
        if (one.kind === 'put') table(one.table).set(one.id, one.value);
        else if (one.kind === 'delete') table(one.table).delete(one.id);
      }
    },
    watch: () => () => {},
    close: () => {},
  };
}

function fixedClock(nowMs: number): DeviceClock {
  return {
    now: () => ({ nowMs, certainty: 'certain' }),
    nowMs: () => nowMs,
    aheadMs: () => 0,
    budgets: () => ({ usedMs: 0, sessions: 0 }),
    memory: () => 'kept',
    tick: () => {},
    ask: () => 'ef'.repeat(16),
    takeStationTime: async () => {},
    renewBudgets: async () => {},
    keep: async () => {},
  };
}

const none = async (): Promise<undefined> => undefined;

/** Nothing is published in these worlds. */
const noRepository: Trust['repository'] = {
  rootVersion: 1,
  versions: {},
  expiresAtMs: {},
  failures: new Map(),
  findTarget: none,
  listTargets: async () => new Map(),
  downloadTarget: async () => {
    throw new RepositoryError({ code: 'NO_SUCH_TARGET', role: 'targets' });
  },
  matchTarget: none,
  roleOf: none,
  chainOf: async () => new Map(),
};
