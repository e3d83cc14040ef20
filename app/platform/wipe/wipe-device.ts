import { signEnvelope } from '#core/dsse/dsse.ts';
import { encodeOrderDone, ORDER_DONE_TYPE } from '#core/order/order.ts';
import { browserClock, openDeviceClock } from '../clock/device-clock.ts';
import type { DeviceDatabase, DeviceMeta } from '../device/device-database.ts';
import { openDeviceKeys } from '../device/device-keys.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { RECORDS_DATABASE } from '../records/records-database.ts';

const STORES = ['chunks', 'manifests', 'active', 'imports', 'quarantine', 'metadata', 'targets', 'outbox'] as const;

/**
 * Deletes everything that belongs to the learner, and in one last step the device's keys, keeping its signed word that
 * it did. Begun again after an interruption it goes on (formats/orders.md 4.4).
 */
export async function wipeDevice(database: DeviceDatabase, meta: MetaStore): Promise<void> {
  const wiping = await meta.read('wiping');
  if (!wiping) return;
  // From here on nobody reads the records, even if the rest of the work is never done.
  await meta.write({ vault: undefined, licence: undefined, grant: undefined });
  await deleteDatabase(RECORDS_DATABASE);
  localStorage.clear();
  const clearing = database.transaction(STORES, 'readwrite', { durability: 'strict' });
  await Promise.all([...STORES.map((name) => clearing.objectStore(name).clear()), clearing.done]);
  const emptied = await lastWord(meta, wiping);
  const last = database.transaction('meta', 'readwrite', { durability: 'strict' });
  await Promise.all([last.store.clear(), last.store.put(emptied, 'emptied'), last.done]);
}

async function lastWord(
  meta: MetaStore,
  { orderId, kind = 'wipe' }: DeviceMeta['wiping'],
): Promise<DeviceMeta['emptied']> {
  const clock = await openDeviceClock(meta, browserClock, 0, () => false);
  const doneAtMs = Math.floor(clock.nowMs() / 1000) * 1000;
  const stored = await meta.read('keys');
  if (!stored) return { atMs: doneAtMs, word: null };
  const { deviceId, signer } = await openDeviceKeys(stored);
  const payload = encodeOrderDone({ kind, orderId, deviceId, doneAtMs });
  const done = await signEnvelope(ORDER_DONE_TYPE, payload, [signer]);
  return { atMs: doneAtMs, word: { deviceId, done } };
}

/** Resolves also when another window still has it open: that window lets go, and then the browser deletes it. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onblocked = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
