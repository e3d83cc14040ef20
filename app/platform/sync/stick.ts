import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { answerFile, parcelFile, parcelIdIn, STICK } from '#core/dock/stick.ts';
import { type Envelope, parseEnvelope } from '#core/dsse/dsse.ts';
import { MAX_PARCEL_BYTES } from '#core/parcel/header.ts';
import type { StickFolder } from '../transports/stick-folder.ts';
import { outboxOf } from './outbox.ts';
import { keepLicence, requestLicence } from './renew-licence.ts';
import { sealWaiting } from './seal-parcels.ts';
import { keepReceipt, keepRefusal, markHandedIn } from './send-parcels.ts';
import { codeOf, type SyncContext } from './sync-context.ts';
import { keepParcel, signAck } from './take-down.ts';

const MAX_ENVELOPE_BYTES = 4 * 1024 * 1024;

/** What a stick took or brought. `problems` are codes, as a sync has them. */
export interface StickReport {
  readonly parcels: number;
  readonly items: number;
  readonly newExpiresAtMs?: number;
  readonly problems: readonly string[];
}

/**
 * Writes to a stick what the station must have: sealed parcels, and a request for a licence. Everything stays here until
 * the station's word comes back. The same bytes as over the wire (formats/stick.md 2).
 */
export async function takeToStick(context: SyncContext, stick: StickFolder): Promise<StickReport> {
  await sealWaiting(context, false);
  const folder = STICK.up(context.pinned.siteId, context.keys.deviceId);
  const waiting = (await outboxOf(context.database).all()).filter((parcel) => parcel.step !== 'backedUp');
  let parcels = 0;
  for (const { id, bytes, deviceEpoch, sequence } of waiting) {
    if (!bytes) continue;
    await stick.write(`${folder}/${parcelFile(deviceEpoch, sequence, id)}`, bytes);
    parcels += 1;
  }
  const { request, nonce } = await requestLicence(context);
  // Kept first: an answer to a request that the device forgot would be worth nothing.
  await context.meta.write({ stickNonce: nonce });
  await stick.write(`${folder}/${STICK.licenceRequest}`, document(request));
  return { parcels, items: 0, problems: [] };
}

/**
 * Takes from a stick what the station has answered: receipts, parcels and a licence, each verified as over the wire. For
 * every parcel that it took it leaves a signed acknowledgement. Time that comes this way moves no clock.
 */
export async function bringFromStick(context: SyncContext, stick: StickFolder): Promise<StickReport> {
  const { siteId } = context.pinned;
  const [up, down] = [STICK.up(siteId, context.keys.deviceId), STICK.down(siteId, context.keys.deviceId)];
  const problems: string[] = [];
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (cause) {
      // One file that is not right keeps nothing else back; what it says is not believed.
      problems.push(codeOf(cause));
    }
  };
  const envelopeAt = async (name: string): Promise<Envelope | undefined> => {
    const bytes = await stick.read(`${down}/${name}`, MAX_ENVELOPE_BYTES);
    return bytes && parseEnvelope(bytes);
  };
  for (const parcel of await outboxOf(context.database).all()) {
    await attempt(async () => {
      const receipt = await envelopeAt(answerFile.receipt(parcel.id));
      const refusal = receipt ? undefined : await envelopeAt(answerFile.refusal(parcel.id));
      if (receipt) await keepReceipt(context, parcel, receipt);
      else if (refusal) problems.push(await keepRefusal(context, parcel, refusal));
    });
  }
  await markHandedIn(context);
  let [parcels, items] = [0, 0];
  for (const name of await stick.list(down)) {
    const id = parcelIdIn(name);
    if (id === undefined) continue;
    await attempt(async () => {
      const bytes = await stick.read(`${down}/${name}`, MAX_PARCEL_BYTES);
      if (!bytes) return;
      items += await keepParcel(context, id, bytes);
      parcels += 1;
      await stick.write(`${up}/${answerFile.ack(id)}`, document(await signAck(context, id)));
    });
  }
  let newExpiresAtMs: number | undefined;
  await attempt(async () => {
    const [licence, nonce] = [await envelopeAt(STICK.licence), await context.meta.read('stickNonce')];
    if (!licence || nonce === undefined) return;
    newExpiresAtMs = (await keepLicence(context, licence, nonce)).expiresAtMs;
    await context.meta.write({ stickNonce: undefined });
  });
  return { parcels, items, problems, ...(newExpiresAtMs === undefined ? {} : { newExpiresAtMs }) };
}

function document(envelope: Envelope): Bytes {
  return utf8(JSON.stringify(envelope));
}
