import type { Transaction } from 'kysely';
import type { HelloBody } from '#core/dock/protocol.ts';
import type { Receipt } from '#core/parcel/receipt.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import type { Device } from '../../store/devices.ts';
import { isDownBehind, noteDownHead, rewindDown } from '../../store/down-parcels.ts';
import { takeOpenDown } from '../../store/forks.ts';
import { latestLicence, noteSeenLicence } from '../../store/licences.ts';
import { findParcel, parcelHead, setParcelHead } from '../../store/parcels.ts';
import type { StationSchema } from '../../store/schema.ts';
import { setStationEpoch, stationEpoch } from '../../store/settings.ts';
import type { OwnLicence } from './shown-licence.ts';

/** What a device showed that this station signed itself. */
export interface Evidence {
  readonly licence: OwnLicence | undefined;
  readonly receipts: readonly Receipt[];
}

/** Where the counters stand after the evidence. */
export interface Counters {
  readonly stationEpoch: number;
  readonly deviceEpoch: number;
  /** The sequence that the next up parcel must have. */
  readonly expected: number;
  /** True when this station's database lost something that the device has proof of. */
  readonly reoffer: boolean;
  /** True when another copy of the device has taken what was sent to it. */
  readonly isForked: boolean;
}

/**
 * Raises this station's counters to what it signed itself and does not remember: then its database was restored from an
 * older copy, and nobody is locked out for it (formats/dock-api.md 3.4). Nothing else that a device says raises
 * anything, but how far it has read what was sent to it.
 */
export async function raiseCounters(
  trx: Transaction<StationSchema>,
  device: Device,
  hello: HelloBody,
  evidence: Evidence,
  nowMs: number,
): Promise<Counters> {
  const { licence, receipts } = evidence;
  const before = await latestLicence(trx, device.id);
  const isForgotten = licence !== undefined && licence.serial > (before?.serial ?? 0);
  if (licence) await noteSeenLicence(trx, licence, nowMs);
  let epoch = await stationEpoch(trx);
  let lost = isForgotten;
  // A forgotten licence may have come with an enrolment that is forgotten too: then its epoch holds.
  // So does what a device says to a station that knows it was restored: a copy that lies shows itself as ever.
  const isBelieved = isForgotten || epoch > 1;
  let deviceEpoch = isBelieved ? Math.max(device.epoch, hello.deviceEpoch) : device.epoch;
  for (const receipt of receipts) {
    if (await findParcel(trx, receipt.parcelId)) continue;
    lost = true;
    // Every device of a restored station shows the same old epoch: only the first raises it.
    if (receipt.stationEpoch >= epoch) {
      epoch = receipt.stationEpoch + 1;
      await setStationEpoch(trx, epoch);
      const actor = `device:${device.id}`;
      await appendAudit(trx, { actor, act: 'station-epoch-raised', subject: 'station', detail: { epoch } }, nowMs);
    }
    deviceEpoch = Math.max(deviceEpoch, receipt.deviceEpoch);
    if (receipt.step === 'backedUp') await skipLost(trx, device, receipt, nowMs);
  }
  const head = await parcelHead(trx, device.id, deviceEpoch);
  const expected = (head?.sequence ?? 0) + 1;
  const isBehind =
    hello.deviceEpoch < deviceEpoch || (hello.deviceEpoch === deviceEpoch && hello.nextSequence < expected);
  if (isBehind) {
    // An honest device never falls behind its receipts: its storage was set back or copied.
    const detail = `${hello.deviceEpoch}/${hello.nextSequence}`;
    await noteDeviceEvent(trx, { deviceId: device.id, code: 'behind', detail }, nowMs);
  }
  const { downHead: sequence, downHeadEpoch, downHeadId: parcelId } = hello;
  const read = { epoch: downHeadEpoch ?? 0, sequence, parcelId: parcelId ?? '' };
  if (await takeOpenDown(trx, device.id)) await rewindDown(trx, device.id, read);
  // A device of these keys has signed that it holds more than this one does.
  const isForked = await isDownBehind(trx, device.id, read);
  if (isForked) await noteDownFork(trx, device, read, nowMs);
  if (sequence > 0 && downHeadEpoch === deviceEpoch && parcelId !== undefined) {
    await noteDownHead(trx, device.id, { epoch: deviceEpoch, sequence, parcelId }, nowMs);
  }
  const isOldEpoch = hello.stationEpoch > 0 && hello.stationEpoch < epoch;
  return { stationEpoch: epoch, deviceEpoch, expected, reoffer: lost || isOldEpoch, isForked };
}

async function noteDownFork(
  trx: Transaction<StationSchema>,
  device: Device,
  read: { readonly epoch: number; readonly sequence: number },
  nowMs: number,
): Promise<void> {
  if (device.state !== 'ok' && device.state !== 'suspended') return;
  const detail = `${read.epoch}/${read.sequence}`;
  await noteDeviceEvent(trx, { deviceId: device.id, code: 'fork', detail: `down ${detail}` }, nowMs);
  const act = { actor: `device:${device.id}`, act: 'down-forked', subject: device.id, detail: { ...read } };
  await appendAudit(trx, act, nowMs);
}

/** What is backed up is not on the device any more: it will not come again, and the sequence goes on behind it. */
async function skipLost(
  trx: Transaction<StationSchema>,
  device: Device,
  receipt: Receipt,
  nowMs: number,
): Promise<void> {
  const { deviceEpoch: epoch, sequence, parcelId } = receipt;
  const head = await parcelHead(trx, device.id, epoch);
  if (sequence <= (head?.sequence ?? 0)) return;
  await setParcelHead(trx, device.id, { epoch, sequence, parcelId });
  // An older backup than the newest was restored: the officer must know that work is missing here.
  const detail = `${epoch}/${sequence}`;
  await noteDeviceEvent(trx, { deviceId: device.id, code: 'backed-up-lost', detail }, nowMs);
}
