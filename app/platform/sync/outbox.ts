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
  /** Forgets parcels of an epoch that ended, when what was in them is sealed again. */
  drop(ids: readonly string[]): Promise<void>;
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
    async drop(ids) {
      const transaction = database.transaction('outbox', 'readwrite', { durability: 'strict' });
      await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
    },
  };
}

/** What the station must have next: the parcels it has no receipt for, or, after it lost some, all not backed up. */
export function parcelsToSend(
  parcels: readonly OutboxParcel[],
  deviceEpoch: number,
  hello: { readonly expectedSequence: number; readonly missing: readonly number[]; readonly reoffer: boolean },
): readonly OutboxParcel[] {
  const asked = new Set(hello.missing);
  return parcels.filter(
    (parcel) =>
      parcel.bytes !== null &&
      // formats/parcel.md 5.3: nothing of an epoch that ended is taken; its items go in new parcels
      parcel.deviceEpoch === deviceEpoch &&
      (parcel.step === 'sealed' ||
        hello.reoffer ||
        asked.has(parcel.sequence) ||
        parcel.sequence >= hello.expectedSequence),
  );
}

/** Items that must go out once more, because the parcel that carried them belongs to an epoch that ended. */
export interface Resealing {
  /** Items in a parcel that counts: they are not sealed again. */
  readonly sealed: ReadonlySet<string>;
  /** Items that the station may not have, whatever their records say. */
  readonly again: ReadonlySet<string>;
  /** Parcels that are of no use when this is done. */
  readonly ended: readonly string[];
}

/** Looks which items a parcel of the present epoch must carry (formats/parcel.md 5.5). */
export function resealing(
  parcels: readonly OutboxParcel[],
  deviceEpoch: number,
  options: { readonly reoffer: boolean; readonly movedAtEpoch: number },
): Resealing {
  // What another site holds, this one does not have: ids make it count once wherever both end.
  const isLost = ({ deviceEpoch: epoch, step }: OutboxParcel): boolean =>
    epoch < deviceEpoch &&
    (step === 'sealed' || (step === 'stored' && (options.reoffer || epoch < options.movedAtEpoch)));
  const lost = parcels.filter(isLost);
  const sealed = new Set(parcels.filter((parcel) => !isLost(parcel)).flatMap((parcel) => parcel.itemIds));
  const again = new Set(lost.flatMap((parcel) => parcel.itemIds).filter((id) => !sealed.has(id)));
  return { sealed, again, ended: lost.map((parcel) => parcel.id) };
}
