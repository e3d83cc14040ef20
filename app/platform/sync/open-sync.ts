import { utf8 } from '#core/bytes/bytes.ts';
import { presenceAnswer } from '#core/dock/protocol.ts';
import type { Device } from '../device-platform.ts';
import { read, signedDock } from '../transports/dock-client.ts';
import type { StickFolder } from '../transports/stick-folder.ts';
import { moveHere } from './move.ts';
import { repositoryFetch, runSync } from './run-sync.ts';
import { bringFromStick, type StickReport, takeToStick } from './stick.ts';
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
  let isWiping = false;
  try {
    await moveIfAsked(device);
    const context = await openContext(device, signal);
    const events = runSync(context, {
      clock: device.clock,
      setTrust: device.setTrust,
      licence: async () => device.state.peek().licence,
      onModuleNews: (news) => {
        if (news.kind === 'progress') device.modules.showProgress(news.title, news.done / Math.max(1, news.total));
        else void device.modules.refresh();
      },
    });
    for await (const event of events) {
      isWiping = event.step === 'wiping';
      yield event;
    }
  } catch (cause) {
    yield { step: 'failed', code: signal.aborted ? 'CANCELLED' : codeOf(cause), detail: String(cause) };
  } finally {
    release();
    // What wipes is the start of the device (formats/orders.md 4.4): one way for all interruptions.
    if (isWiping) location.reload();
    // What is damaged still is met again when it is read; what was repaired must open again.
    device.modules.damage.value = undefined;
    await device.modules.refresh();
    await device.refresh();
  }
}

/** A device that was handed over to this station's site changes over to it before it says hello. */
async function moveIfAsked(device: Device): Promise<void> {
  const { database, meta, transport, clock } = device;
  const fetch = repositoryFetch(transport);
  const trust = await moveHere({ database, meta, transport, fetch, nowMs: clock.nowMs(), trust: device.trust() });
  if (trust) device.setTrust(trust);
}

/** Asks for a room code, for a device that hands in no files of its own. Throws DockError or TransportError. */
export async function askPresence(device: Device): Promise<{ readonly roomCode: string; readonly minutes: number }> {
  const { dock } = await openContext(device, new AbortController().signal);
  return read(await dock.send('POST', '/dock/presence', utf8('{}')), presenceAnswer);
}

/** Writes to a stick, or reads from one; waits for no wire. Throws SyncError BUSY while another tab syncs. */
export async function useStick(device: Device, way: 'take' | 'bring', folder: StickFolder): Promise<StickReport> {
  const release = await takeLock();
  if (!release) throw new SyncError({ code: 'BUSY' });
  try {
    const context = await openContext(device, new AbortController().signal);
    return await (way === 'take' ? takeToStick(context, folder) : bringFromStick(context, folder));
  } finally {
    release();
    await device.refresh();
  }
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
