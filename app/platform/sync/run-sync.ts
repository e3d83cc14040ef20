import { utf8 } from '#core/bytes/bytes.ts';
import { parseTimeStatement, TIME_TYPE } from '#core/clock/time-statement.ts';
import { type HelloAnswer, helloAnswer } from '#core/dock/protocol.ts';
import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import type { Licence } from '#core/licence/licence.ts';
import type { RepositoryFetch } from '#core/repository/client.ts';
import type { DeviceClock } from '../clock/device-clock.ts';
import { heldLicence } from '../device/held-licence.ts';
import { allHeld } from '../orders/all-held.ts';
import { type Obeyed, obeyOrders } from '../orders/obey.ts';
import { DockError } from '../transports/dock-client.ts';
import { type Transport, TransportError } from '../transports/transport.ts';
import { receiptKeys, refreshTrust, type Trust } from '../trust/trust.ts';
import { keepHandover } from './move.ts';
import { outboxOf } from './outbox.ts';
import { renewLicence } from './renew-licence.ts';
import { sealWaiting } from './seal-parcels.ts';
import { ALL_SEALED, markHandedIn, sendParcels, type Wanted } from './send-parcels.ts';
import { codeOf, type SyncContext, SyncError } from './sync-context.ts';
import type { ModuleChange, ReceiptSummary, SyncEvent, SyncStep } from './sync-event.ts';
import { type ModuleNews, syncModules } from './sync-modules.ts';
import { takeDown } from './take-down.ts';

const ORDER_EVERY_MS = 3_000;
const ORDER_TRIES = 20;

/** What a sync does to the device around it. */
export interface SyncPorts {
  readonly clock: DeviceClock;
  /** Keeps trust that was refreshed, for this sync and for the verdict. */
  readonly setTrust: (trust: Trust) => void;
  /** The licence in force, or undefined. */
  readonly licence: () => Promise<Licence | undefined>;
  readonly onModuleNews: (news: ModuleNews) => void;
}

/**
 * One sync, in the order of the architecture page: time, metadata, up parcels, down parcels, licence, modules. Parcels
 * never wait for metadata, and a refused parcel does not stop renewal. Throws only when the station is gone or says no.
 */
export async function* runSync(context: SyncContext, ports: SyncPorts): AsyncGenerator<SyncEvent, void, undefined> {
  const problems: string[] = [];
  const receipts: ReceiptSummary[] = [];
  const modules: ModuleChange[] = [];
  let parcelsUp = 0;
  let itemsDown = 0;
  /** A problem of one part, told and kept; a lost station ends the sync instead. */
  const problem = (step: SyncStep, cause: unknown): SyncEvent => {
    if (cause instanceof TransportError || context.signal.aborted) throw cause;
    const code = codeOf(cause);
    problems.push(code);
    return { step, code, detail: String(cause) };
  };

  yield { step: 'time' };
  const hello = await sayHello(context, ports.clock);
  try {
    await takeTime(context, ports.clock, hello);
  } catch (cause) {
    yield problem('time', cause);
  }

  yield { step: 'metadata' };
  let fresh: Trust | undefined;
  try {
    const fetch = repositoryFetch(context.transport, context.signal);
    fresh = await refreshTrust(context.database, context.pinned, fetch, context.nowMs());
    ports.setTrust(fresh);
  } catch (cause) {
    yield problem('metadata', cause);
  }

  async function* handIn(wanted: Wanted): AsyncGenerator<SyncEvent, void, undefined> {
    if ((await sealWaiting(context, wanted.reoffer)) === 'backupTooLarge') problems.push('BACKUP_TOO_LARGE');
    for await (const { done, total, sent } of sendParcels(context, wanted)) {
      if (sent.kind === 'receipt') {
        parcelsUp += 1;
        const { parcelId, step, receivedAtMs } = sent.receipt;
        receipts.push({ parcelId, step, receivedAtMs });
        yield { step: 'up', done, total };
      } else {
        problems.push(sent.code);
        yield { step: 'up', done, total, code: sent.code };
      }
    }
    await markHandedIn(context);
  }

  yield { step: 'up' };
  try {
    yield* handIn(hello);
  } catch (cause) {
    yield problem('up', cause);
    await markHandedIn(context);
  }

  yield { step: 'down' };
  try {
    for await (const { done, total, items } of takeDown(context, hello)) {
      itemsDown += items;
      yield { step: 'down', done, total };
    }
  } catch (cause) {
    yield problem('down', cause);
  }

  try {
    // The backup says what has been handed in: it goes once more, as a wipe leaves nothing else behind.
    if (hello.ordersWait) yield* handIn(ALL_SEALED);
    const obeyed = hello.ordersWait ? await obeyPatiently(context) : 'nothing';
    if (obeyed === 'notYet') problems.push('NOT_SAFE_YET');
    if (obeyed === 'wiping') {
      yield { step: 'wiping' };
      return;
    }
  } catch (cause) {
    yield problem('down', cause);
  }

  yield { step: 'licence' };
  let renewed: Licence | undefined;
  try {
    await context.meta.write({ standing: hello.device });
    renewed = await renewLicence(context);
    await ports.clock.renewBudgets();
  } catch (cause) {
    yield problem('licence', cause);
  }

  yield { step: 'modules' };
  const licence = renewed ?? (await ports.licence());
  if (fresh && licence) yield* bringModules(context, ports, fresh, licence, modules, problem);
  // formats/dock-api.md 3.6: a courtesy to the room's screen; whether it arrives changes nothing here
  await context.dock.send('POST', '/dock/done', utf8('{}')).catch(() => undefined);
  const report = { parcelsUp, receipts, itemsDown, modules, problems };
  yield { step: 'done', report: renewed ? { ...report, newExpiresAtMs: renewed.expiresAtMs } : report };
}

/** Carries out what an officer ordered; a wipe waits while the station reads and copies what came in just now. */
async function obeyPatiently(context: SyncContext): Promise<Obeyed> {
  const ports = { ...context, allHeld: () => allHeld(context) };
  for (let tries = 1; ; tries += 1) {
    const obeyed = await obeyOrders(ports);
    const isWaiting = obeyed === 'notYet' && (await ports.allHeld()) !== undefined;
    if (!isWaiting || tries === ORDER_TRIES) return obeyed;
    await new Promise((resolve) => setTimeout(resolve, ORDER_EVERY_MS));
    context.signal.throwIfAborted();
  }
}

async function* bringModules(
  context: SyncContext,
  ports: SyncPorts,
  trust: Trust,
  licence: Licence,
  modules: ModuleChange[],
  problem: (step: SyncStep, cause: unknown) => SyncEvent,
): AsyncGenerator<SyncEvent, void, undefined> {
  const news: ModuleNews[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  const working = syncModules(context, trust, licence, (item) => {
    news.push(item);
    ports.onModuleNews(item);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  // Its failure is met below, when all news before it has been told.
  working.catch(() => undefined);
  for (;;) {
    const item = news.shift();
    if (item?.kind === 'progress') yield { step: 'modules', detail: item.title, done: item.done, total: item.total };
    else if (item?.kind === 'change') modules.push(item.change);
    else if (isOver) break;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  try {
    await working;
  } catch (cause) {
    yield problem('modules', cause);
  }
}

/**
 * Shows the station what it signed for this device, and takes over the counters that it has raised. A raised device
 * epoch ends the one before: its unsent work goes in new parcels (formats/parcel.md 5.5).
 */
async function sayHello(context: SyncContext, clock: DeviceClock): Promise<HelloAnswer> {
  const identity = await context.meta.read('identity');
  if (!identity) throw new SyncError({ code: 'NOT_ENROLLED' });
  const parcels = await outboxOf(context.database).all();
  const current = parcels.filter((one) => one.deviceEpoch === identity.deviceEpoch);
  const { usage, quota } = await navigator.storage.estimate();
  const downHead = await context.meta.read('downHead');
  const held = await heldLicence(context.meta);
  const licence = held === undefined || held === 'unreadable' ? null : held;
  const memory = clock.memory();
  const backedUp = parcels.findLast((parcel) => parcel.step === 'backedUp' && parcel.receipt !== null)?.receipt;
  const body = {
    deviceEpoch: identity.deviceEpoch,
    stationEpoch: identity.stationEpoch,
    nextSequence: (current.at(-1)?.sequence ?? 0) + 1,
    licence,
    receipt: parcels.findLast((parcel) => parcel.receipt !== null)?.receipt ?? null,
    ...(backedUp ? { backedUpReceipt: backedUp } : {}),
    timeNonce: clock.ask(),
    ...(memory === 'kept' ? {} : { clock: memory }),
    downHead: downHead?.sequence ?? 0,
    ...(downHead ? { downHeadEpoch: downHead.epoch, downHeadId: downHead.parcelId } : {}),
    ...(usage !== undefined && quota !== undefined ? { quota: { usageBytes: usage, quotaBytes: quota } } : {}),
  };
  const hello = await askHello(context, body, { licence, deviceEpoch: identity.deviceEpoch });
  const deviceEpoch = Math.max(identity.deviceEpoch, hello.deviceEpoch ?? 0);
  const stationEpoch = Math.max(identity.stationEpoch, hello.stationEpoch ?? 0);
  if (deviceEpoch !== identity.deviceEpoch || stationEpoch !== identity.stationEpoch) {
    await context.meta.write({ identity: { ...identity, deviceEpoch, stationEpoch } });
  }
  if (hello.handover) await keepHandover(context, hello.handover);
  return hello;
}

/** A station that was restored from before this device's enrolment is shown the licence that it signed itself. */
async function askHello(
  context: SyncContext,
  body: object,
  known: { readonly licence: Envelope | null; readonly deviceEpoch: number },
): Promise<HelloAnswer> {
  try {
    return await context.dock.ask('/dock/hello', body, helloAnswer);
  } catch (cause) {
    const isForgotten = cause instanceof DockError && cause.code === 'UNKNOWN_DEVICE' && known.licence !== null;
    if (!isForgotten) throw cause;
    const answer = await context.dock.send('POST', '/dock/return', utf8(JSON.stringify(known)));
    if (answer.status !== 204) throw cause;
    return context.dock.ask('/dock/hello', body, helloAnswer);
  }
}

async function takeTime(context: SyncContext, clock: DeviceClock, hello: HelloAnswer): Promise<void> {
  if (!context.transport.isWired) return;
  const keys = receiptKeys(context.trust(), context.pinned, context.nowMs());
  const statement = parseTimeStatement(await verifyEnvelope(hello.time, { payloadType: TIME_TYPE, keys }));
  if (statement.siteId !== context.pinned.siteId) throw new SyncError({ code: 'WRONG_SITE' });
  await clock.takeStationTime(statement);
}

/** The station's copy of the repository: an untrusted mirror, whatever it answers is verified. */
export function repositoryFetch(transport: Transport, signal?: AbortSignal): RepositoryFetch {
  return async (path, maxBytes) => {
    const answer = await transport.send({ method: 'GET', path: `/repository/${path}` }, maxBytes, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new DockError({ code: 'BAD_ANSWER', status: answer.status });
    return answer.body;
  };
}
