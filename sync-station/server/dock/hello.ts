import type { Transaction } from 'kysely';
import { utf8 } from '#core/bytes/bytes.ts';
import type { HelloBody } from '#core/dock/protocol.ts';
import { type Envelope, parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { parseReceipt, RECEIPT_TYPE, type Receipt } from '#core/parcel/receipt.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import type { Device } from '../../store/devices.ts';
import { findHandover } from '../../store/handovers.ts';
import { openOrders } from '../../store/orders.ts';
import type { StationSchema } from '../../store/schema.ts';
import type { StationContext } from '../context.ts';
import { isRevoked } from '../licence/revoked.ts';
import { raiseCounters } from './raise-counters.ts';
import { excuseRestored, judgeShownLicence, type OddLicence, readShownLicence } from './shown-licence.ts';
import { signTime } from './signed-answers.ts';

/** Seals what waits for a device, and lists what it has not acknowledged. */
export type PendingDown = (deviceId: string) => Promise<readonly { readonly id: string; readonly sizeBytes: number }[]>;

/** The station's answer to a hello. */
export interface HelloAnswer {
  readonly time: Envelope;
  readonly device: Device['state'];
  readonly deviceEpoch: number;
  readonly stationEpoch: number;
  readonly expectedSequence: number;
  readonly missing: readonly number[];
  readonly down: readonly { readonly id: string; readonly sizeBytes: number }[];
  /** True when this station's database lost parcels that the device has receipts for. */
  readonly reoffer: boolean;
  /** The word for another site, when an officer has handed the device over. */
  readonly handover?: Envelope;
  /** An officer has ordered something for this device. */
  readonly ordersWait?: true;
}

// As many as fit an answer; the rest shows at the next hello.
const MAX_MISSING = 1_000;

/** Answers a hello: signed time, how the device stands, what is expected, what waits. Raises counters to the evidence. */
export async function answerHello(
  context: StationContext,
  device: Device,
  hello: HelloBody,
  pendingDown: PendingDown,
): Promise<HelloAnswer> {
  const nowMs = context.now();
  const shown = await readShownLicence(context, device, hello.licence);
  const evidence = {
    licence: shown.kind === 'own' ? shown.licence : undefined,
    receipts: await ownReceipts(context, device, [hello.receipt, hello.backedUpReceipt]),
  };
  const revoked = isRevoked(context, device.id);
  const raised = await context.db.transaction().execute(async (trx) => {
    const odd = await judgeShownLicence(trx, device.id, shown);
    const counters = await raiseCounters(trx, device, hello, evidence, nowMs);
    await noteOdd(trx, device, await excuseRestored(trx, odd, shown), hello, nowMs);
    const now = counters.isForked && device.state !== 'revoked' ? 'forked' : device.state;
    const state = revoked ? 'revoked' : now;
    const quota = hello.quota === undefined ? {} : { quota: JSON.stringify(hello.quota) };
    await trx
      .updateTable('devices')
      .set({ lastSeenAtMs: nowMs, epoch: counters.deviceEpoch, state, ...quota })
      .where('id', '=', device.id)
      .execute();
    return { ...counters, state };
  });
  const handover = await findHandover(context.db, device.id, 'out');
  const orders = await openOrders(context.db, device.id, nowMs);
  // What a device of another epoch counts says nothing about this one.
  const next = hello.deviceEpoch === raised.deviceEpoch ? hello.nextSequence : 1;
  const last = Math.min(next - 1, raised.expected + MAX_MISSING - 1);
  const missing: number[] = [];
  for (let sequence = raised.expected; sequence <= last; sequence += 1) missing.push(sequence);
  return {
    time: await signTime(context, hello.timeNonce),
    device: raised.state,
    deviceEpoch: raised.deviceEpoch,
    stationEpoch: raised.stationEpoch,
    expectedSequence: raised.expected,
    missing,
    // To a copy nothing is given: it might be the wrong one.
    down: raised.state === 'forked' ? [] : await pendingDown(device.id),
    reoffer: raised.reoffer,
    ...(handover ? { handover: parseEnvelope(utf8(handover.envelope)) } : {}),
    ...(orders.length > 0 ? { ordersWait: true } : {}),
  };
}

/** What an officer must look at: somebody has been at the device's disk, or has made a licence elsewhere. */
async function noteOdd(
  trx: Transaction<StationSchema>,
  device: Device,
  odd: OddLicence | undefined,
  hello: HelloBody,
  nowMs: number,
): Promise<void> {
  const note = (code: string, detail = '') => noteDeviceEvent(trx, { deviceId: device.id, code, detail }, nowMs);
  if (odd) await note(odd.code, odd.detail);
  if (hello.clock !== undefined) await note(`clock-${hello.clock}`);
  // formats/orders.md 4.5: its keys were deleted, so this is a copy from before
  if (device.wipedAtMs !== null) await note('copied');
}

async function ownReceipts(
  context: StationContext,
  device: Device,
  envelopes: readonly (Envelope | null | undefined)[],
): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  for (const envelope of envelopes) {
    if (!envelope) continue;
    try {
      const keys = [context.keys.receipt.publicKey];
      const receipt = parseReceipt(await verifyEnvelope(envelope, { payloadType: RECEIPT_TYPE, keys }));
      if (receipt.deviceId === device.id && receipt.siteId === context.config.siteId) receipts.push(receipt);
    } catch (error) {
      // As for the licence: what is not ours raises nothing.
      context.log.info({ device: device.id, err: error }, 'receipt shown at hello is not ours');
    }
  }
  return receipts;
}
