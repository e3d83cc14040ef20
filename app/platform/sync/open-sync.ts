import { utf8 } from '#core/bytes/bytes.ts';
import type { Device } from '../device-platform.ts';
import { presenceShape } from '../transports/dock-answers.ts';
import { read, signedDock } from '../transports/dock-client.ts';
import { runSync } from './run-sync.ts';
import { codeOf, type SyncContext, SyncError } from './sync-context.ts';
import type { SyncEvent } from './sync-event.ts';

const LOCK = 'leeslicht-sync';

/** One sync of this device. Only one runs over all tabs; the vault must be open, the licence need not be valid. */
export async function* syncDevice(device: Device, signal: AbortSignal): AsyncGenerator<SyncEvent, void, undefined> {
  const release = await takeLock();
  if (!release) {
    yield { step: 'failed', code: 'BUSY' };
    return;
  }
  try {
    const context = await openContext(device, signal);
    yield* runSync(context, {
      clock: device.clock,
      setTrust: device.setTrust,
      licence: async () => device.state.peek().licence,
      onModuleNews: (news) => {
        if (news.kind === 'progress') device.modules.showProgress(news.title, news.done / Math.max(1, news.total));
        else void device.modules.refresh();
      },
    });
  } catch (cause) {
    yield { step: 'failed', code: signal.aborted ? 'CANCELLED' : codeOf(cause), detail: String(cause) };
  } finally {
    release();
    // What is damaged still is met again when it is read; what was repaired must open again.
    device.modules.damage.value = undefined;
    await device.modules.refresh();
    await device.refresh();
  }
}

/** Asks for a room code, for a device that hands in no files of its own. Throws DockError or TransportError. */
export async function askPresence(device: Device): Promise<{ readonly roomCode: string; readonly minutes: number }> {
  const { dock } = await openContext(device, new AbortController().signal);
  return read(await dock.send('POST', '/dock/presence', utf8('{}')), presenceShape);
}

async function openContext(device: Device, signal: AbortSignal): Promise<SyncContext> {
  const [keys, pinned] = await Promise.all([device.keys(), device.meta.read('pinned')]);
  const vault = device.vault();
  if (!keys || !pinned) throw new SyncError({ code: 'NOT_ENROLLED' });
  if (!vault) throw new SyncError({ code: 'LOCKED' });
  const { database, meta, transport, records, clock, trust } = device;
  const dock = signedDock(transport, keys, pinned.receiptKey, signal);
  return {
    ...{ database, meta, keys, pinned, vault, transport, dock, signal, trust },
    records: records.inner(),
    nowMs: clock.nowMs,
  };
}

/** Undefined when another tab holds the lock. */
function takeLock(): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
