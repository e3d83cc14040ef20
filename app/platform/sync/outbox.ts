import type { Envelope } from '#core/dsse/dsse.ts';
import type { DeviceDatabase, OutboxParcel } from '../device/device-database.ts';

/** The sealed parcels of this device, oldest first. */
export interface Outbox {
  all(): Promise<readonly OutboxParcel[]>;
  /** Strict: the parcel is on disk before its first byte leaves. */
  add(parcel: OutboxParcel): Promise<void>;
  /** Notes down a verified receipt. The bytes go only when the parcel is backed up. */
  receive(id: string, receipt: Envelope | null, step: 'stored' | 'backedUp'): Promise<void>;
  refuse(id: string, refusal: Envelope): Promise<void>;
}

/** The outbox in the device database. */
export function outboxOf(database: DeviceDatabase): Outbox {
  async function change(id: string, next: (parcel: OutboxParcel) => OutboxParcel): Promise<void> {
    const transaction = database.transaction('outbox', 'readwrite', { durability: 'strict' });
    const parcel = await transaction.store.get(id);
    if (parcel) await transaction.store.put(next(parcel));
    await transaction.done;
  }
  return {
    all: async () =>
      (await database.getAll('outbox')).sort((a, b) => a.deviceEpoch - b.deviceEpoch || a.sequence - b.sequence),
    async add(parcel) {
      const transaction = database.transaction('outbox', 'readwrite', { durability: 'strict' });
      await Promise.all([transaction.store.add(parcel), transaction.done]);
    },
    receive: (id, receipt, step) =>
      change(id, (parcel) => ({
        ...parcel,
        step: parcel.step === 'backedUp' ? 'backedUp' : step,
        receipt: receipt ?? parcel.receipt,
        refusal: null,
        bytes: step === 'backedUp' ? null : parcel.bytes,
      })),
    refuse: (id, refusal) => change(id, (parcel) => ({ ...parcel, refusal })),
  };
}

/** What the station must have next: the parcels it has no receipt for, or, after it lost some, all not backed up. */
export function parcelsToSend(
  parcels: readonly OutboxParcel[],
  hello: { readonly expectedSequence: number; readonly missing: readonly number[]; readonly reoffer: boolean },
): readonly OutboxParcel[] {
  const asked = new Set(hello.missing);
  return parcels.filter(
    (parcel) =>
      parcel.bytes !== null &&
      (parcel.step === 'sealed' ||
        hello.reoffer ||
        asked.has(parcel.sequence) ||
        parcel.sequence >= hello.expectedSequence),
  );
}
