import { parseTimeStatement, TIME_TYPE } from '#core/clock/time-statement.ts';
import { verifyEnvelope } from '#core/dsse/dsse.ts';
import type { Licence } from '#core/licence/licence.ts';
import type { RepositoryFetch } from '#core/repository/client.ts';
import type { DeviceClock } from '../clock/device-clock.ts';
import { type HelloAnswer, helloShape } from '../transports/dock-answers.ts';
import { DockError } from '../transports/dock-client.ts';
import { type Transport, TransportError } from '../transports/transport.ts';
import { receiptKeys, refreshTrust, type Trust } from '../trust/trust.ts';
import { outboxOf } from './outbox.ts';
import { renewLicence } from './renew-licence.ts';
import { sealWaiting } from './seal-parcels.ts';
import { markHandedIn, sendParcels } from './send-parcels.ts';
import { codeOf, type SyncContext, SyncError } from './sync-context.ts';
import type { ModuleChange, ReceiptSummary, SyncEvent, SyncStep } from './sync-event.ts';
import { type ModuleNews, syncModules } from './sync-modules.ts';
import { takeDown } from './take-down.ts';

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

  yield { step: 'up' };
  try {
    await sealWaiting(context);
    for await (const { done, total, sent } of sendParcels(context, hello)) {
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
  } catch (cause) {
    yield problem('up', cause);
  }
  await markHandedIn(context);

  yield { step: 'down' };
  try {
    for await (const { done, total, items } of takeDown(context, hello)) {
      itemsDown += items;
      yield { step: 'down', done, total };
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
  const report = { parcelsUp, receipts, itemsDown, modules, problems };
  yield { step: 'done', report: renewed ? { ...report, newExpiresAtMs: renewed.expiresAtMs } : report };
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

async function sayHello(context: SyncContext, clock: DeviceClock): Promise<HelloAnswer> {
  const identity = await context.meta.read('identity');
  if (!identity) throw new SyncError({ code: 'NOT_ENROLLED' });
  const parcels = (await outboxOf(context.database).all()).filter((one) => one.deviceEpoch === identity.deviceEpoch);
  const { usage, quota } = await navigator.storage.estimate();
  const downHead = await context.meta.read('downHead');
  const hello = await context.dock.ask(
    '/dock/hello',
    {
      deviceEpoch: identity.deviceEpoch,
      stationEpoch: identity.stationEpoch,
      nextSequence: (parcels.at(-1)?.sequence ?? 0) + 1,
      licence: (await context.meta.read('licence')) ?? null,
      receipt: parcels.findLast((parcel) => parcel.receipt !== null)?.receipt ?? null,
      timeNonce: clock.ask(),
      downHead: downHead?.sequence ?? 0,
      ...(usage !== undefined && quota !== undefined ? { quota: { usageBytes: usage, quotaBytes: quota } } : {}),
    },
    helloShape,
  );
  const stationEpoch = Math.max(identity.stationEpoch, hello.stationEpoch ?? 0);
  if (stationEpoch !== identity.stationEpoch) await context.meta.write({ identity: { ...identity, stationEpoch } });
  return hello;
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
