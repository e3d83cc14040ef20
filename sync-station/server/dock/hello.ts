import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { integer, json, nullable, object, string } from '#core/json/shape.ts';
import { LICENCE_TYPE, parseLicence } from '#core/licence/licence.ts';
import { parseReceipt, RECEIPT_TYPE } from '#core/parcel/receipt.ts';
import { appendAudit } from '../../store/audit.ts';
import { type Device, noteDeviceEvent } from '../../store/devices.ts';
import { type LicenceRow, noteSeenLicence } from '../../store/licences.ts';
import { findParcel, parcelHead, setParcelHead } from '../../store/parcels.ts';
import { setStationEpoch, stationEpoch } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';
import { payloadHash } from '../licence/issue.ts';
import { readEnvelope } from './envelope.ts';
import { signTime } from './signed-answers.ts';

/** What the device says of itself; the envelopes in it are this station's own, and only as good as their signatures. */
export const helloShape = object(
  {
    required: {
      deviceEpoch: integer({ min: 1, max: 1_000_000 }),
      stationEpoch: integer({ min: 0, max: 1_000_000 }),
      nextSequence: integer({ min: 1 }),
      licence: nullable(json),
      receipt: nullable(json),
      timeNonce: string({ minLength: 16, maxLength: 128, pattern: /^[0-9a-f]+$/ }),
      downHead: integer({ min: 0 }),
    },
    optional: {
      quota: object({ required: { usageBytes: integer({ min: 0 }), quotaBytes: integer({ min: 0 }) } }),
    },
  },
  { unknownKeys: 'ignore' },
);

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
}

// As many as fit an answer; the rest shows at the next hello.
const MAX_MISSING = 1_000;

/** Answers a hello: signed time, how the device stands, what is expected, what waits. Raises counters to the evidence. */
export async function answerHello(
  context: StationContext,
  device: Device,
  hello: ReturnType<typeof helloShape>,
  pendingDown: PendingDown,
): Promise<HelloAnswer> {
  const nowMs = context.now();
  const licence = hello.licence === null ? undefined : await ownLicence(context, device, hello.licence);
  const receipt = hello.receipt === null ? undefined : await ownReceipt(context, device, hello.receipt);
  const revoked = context.mirror.status()?.revokedDevices.some((entry) => entry.deviceId === device.id) ?? false;
  const raised = await context.db.transaction().execute(async (trx) => {
    if (licence) await noteSeenLicence(trx, licence, nowMs);
    let epoch = await stationEpoch(trx);
    let lost = false;
    let deviceEpoch = device.epoch;
    if (receipt && !(await findParcel(trx, receipt.parcelId))) {
      lost = true;
      // Every device of a restored station shows the same old epoch: only the first raises it.
      if (receipt.stationEpoch >= epoch) {
        epoch = receipt.stationEpoch + 1;
        await setStationEpoch(trx, epoch);
        const act = {
          actor: `device:${device.id}`,
          act: 'station-epoch-raised',
          subject: 'station',
          detail: { epoch },
        };
        await appendAudit(trx, act, nowMs);
      }
      deviceEpoch = Math.max(deviceEpoch, receipt.deviceEpoch);
      const head = await parcelHead(trx, device.id, receipt.deviceEpoch);
      // What is backed up will not come again; what was only stored will.
      if (receipt.step === 'backedUp' && receipt.sequence > (head?.sequence ?? 0)) {
        const { sequence, parcelId } = receipt;
        await setParcelHead(trx, device.id, { epoch: receipt.deviceEpoch, sequence, parcelId });
      }
    }
    const state = revoked ? 'revoked' : device.state;
    const quota = hello.quota === undefined ? {} : { quota: JSON.stringify(hello.quota) };
    await trx
      .updateTable('devices')
      .set({ lastSeenAtMs: nowMs, epoch: deviceEpoch, state, ...quota })
      .where('id', '=', device.id)
      .execute();
    const head = await parcelHead(trx, device.id, deviceEpoch);
    const expected = (head?.sequence ?? 0) + 1;
    if (hello.nextSequence < expected) {
      // An honest device never falls behind its receipts: its storage was set back or copied.
      await noteDeviceEvent(trx, { deviceId: device.id, code: 'behind', detail: String(hello.nextSequence) }, nowMs);
    }
    return {
      epoch,
      deviceEpoch,
      expected,
      state,
      reoffer: lost || (hello.stationEpoch > 0 && hello.stationEpoch < epoch),
    };
  });
  const last = Math.min(hello.nextSequence - 1, raised.expected + MAX_MISSING - 1);
  const missing: number[] = [];
  for (let sequence = raised.expected; sequence <= last; sequence += 1) missing.push(sequence);
  return {
    time: await signTime(context, hello.timeNonce),
    device: raised.state,
    deviceEpoch: raised.deviceEpoch,
    stationEpoch: raised.epoch,
    expectedSequence: raised.expected,
    missing,
    down: await pendingDown(device.id),
    reoffer: raised.reoffer,
  };
}

async function ownLicence(
  context: StationContext,
  device: Device,
  value: Parameters<typeof readEnvelope>[0],
): Promise<Omit<LicenceRow, 'seenAtMs' | 'requestHash'> | undefined> {
  try {
    const envelope = readEnvelope(value);
    const keys = [context.keys.licence.publicKey];
    const licence = parseLicence(await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys }));
    if (licence.deviceId !== device.id) return undefined;
    return {
      id: licence.id,
      deviceId: device.id,
      serial: licence.serial,
      previous: licence.previous,
      payloadHash: payloadHash(envelope),
      issuedAtMs: licence.issuedAtMs,
      expiresAtMs: licence.expiresAtMs,
      envelope: JSON.stringify(envelope),
    };
  } catch (error) {
    // Evidence that this station did not sign raises nothing; a device moved here shows another site's licence.
    context.log.info({ device: device.id, err: error }, 'licence shown at hello is not ours');
    return undefined;
  }
}

async function ownReceipt(context: StationContext, device: Device, value: Parameters<typeof readEnvelope>[0]) {
  try {
    const envelope = readEnvelope(value);
    const keys = [context.keys.receipt.publicKey];
    const receipt = parseReceipt(await verifyEnvelope(envelope, { payloadType: RECEIPT_TYPE, keys }));
    const fits = receipt.deviceId === device.id && receipt.siteId === context.config.siteId;
    return fits ? receipt : undefined;
  } catch (error) {
    // As for the licence: what is not ours raises nothing.
    context.log.info({ device: device.id, err: error }, 'receipt shown at hello is not ours');
    return undefined;
  }
}
