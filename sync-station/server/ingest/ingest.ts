import type { Transaction } from 'kysely';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import { type OpenedHeader, openHeader } from '#core/parcel/parcel-file.ts';
import { openContents } from '#core/parcel/seal.ts';
import { judgeSequence } from '#core/parcel/sequence.ts';
import { appendAudit } from '../../store/audit.ts';
import { noteDeviceEvent } from '../../store/device-events.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { addJob } from '../../store/jobs.ts';
import { findParcel, parcelHead, setParcelHead } from '../../store/parcels.ts';
import type { StationSchema } from '../../store/schema.ts';
import { stationEpoch } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';
import { type RefusalCode, signReceipt, signRefusal } from '../dock/signed-answers.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { IngestStep } from './crash-point.ts';

/** What the device is told; both carry the exact envelope text that is kept. */
export type IngestAnswer =
  | { readonly kind: 'receipt'; readonly envelope: string; readonly isNew: boolean }
  | { readonly kind: 'refusal'; readonly code: RefusalCode; readonly envelope: string };

/** What ingest works with. `fatal` ends the process: after a failed fsync or commit nobody may be answered. */
export interface Ingest {
  readonly context: StationContext;
  readonly commits: CommitQueue;
  readonly reached: (step: IngestStep) => void;
  readonly fatal: (error: unknown) => never;
}

/**
 * Takes in one up parcel by the durable-receipt rule: whole parcel, hash, signature of a known device, decryption and
 * items are checked; the file is durable; one durable transaction holds the row, the audit entry, the job and the
 * receipt. Only then is there an answer. The same id again gets the same bytes.
 */
export async function ingestParcel(
  ingest: Ingest,
  device: Device,
  parcelId: string,
  bytes: Uint8Array,
): Promise<IngestAnswer> {
  const { context, reached } = ingest;
  reached('received');
  const known = await findParcel(context.db, parcelId);
  if (known && known.deviceId === device.id) return answerKnown(ingest, known);
  const checked = await checkParcel(context, device, parcelId, bytes);
  if (checked.kind === 'bad') return quarantine(ingest, device, parcelId, bytes, checked.code);
  reached('verified');
  const { header } = checked.opened;
  // A gap leaves no trace, so it needs no disk: the device keeps its copy and sends what is missing first.
  const early = judgeSequence(await parcelHead(context.db, device.id, device.epoch), header);
  if (early.kind === 'gap') return refuseGap(context, device, parcelId, early.missing);
  const receivedAtMs = context.now();
  const receipt = await signReceipt(context, {
    parcelId,
    deviceId: device.id,
    deviceEpoch: header.deviceEpoch,
    sequence: header.sequence,
    receivedAtMs,
    step: 'stored',
    stationEpoch: await stationEpoch(context.db),
  });
  const objectHash = await storeOrDie(ingest, bytes);
  const row = {
    id: parcelId,
    deviceId: device.id,
    deviceEpoch: header.deviceEpoch,
    stationEpoch: header.stationEpoch,
    sequence: header.sequence,
    previous: header.previous,
    objectHash,
    sizeBytes: bytes.length,
    receivedAtMs,
  };
  const outcome = await ingest.commits.run((trx) =>
    book(trx, row, JSON.stringify(receipt), async () =>
      JSON.stringify(await signRefusal(context, { parcelId, deviceId: device.id, code: 'FORK' })),
    ),
  );
  reached('answering');
  if (outcome.kind === 'gap') return refuseGap(context, device, parcelId, outcome.missing);
  if (outcome.kind === 'receipt' && outcome.isNew) context.jobs.wake();
  return outcome;
}

type Checked =
  | { readonly kind: 'good'; readonly opened: OpenedHeader }
  | { readonly kind: 'bad'; readonly code: RefusalCode };

async function checkParcel(
  context: StationContext,
  device: Device,
  parcelId: string,
  bytes: Uint8Array,
): Promise<Checked> {
  let opened: OpenedHeader;
  try {
    opened = await openHeader(bytes, [fromHex(device.signingKey)]);
  } catch (error) {
    context.log.info({ err: error, device: device.id }, 'parcel refused');
    return { kind: 'bad', code: 'BAD_PARCEL' };
  }
  const { header } = opened;
  if (opened.id !== parcelId || header.direction !== 'up') return { kind: 'bad', code: 'BAD_PARCEL' };
  if (header.to !== context.keys.receipt.keyId || header.siteId !== context.config.siteId) {
    return { kind: 'bad', code: 'WRONG_STATION' };
  }
  if (header.deviceId !== device.id || header.from !== (await keyIdOf(fromHex(device.signingKey))))
    return { kind: 'bad', code: 'WRONG_DEVICE' };
  if (header.deviceEpoch !== device.epoch) return { kind: 'bad', code: 'WRONG_EPOCH' };
  if (header.stationEpoch > (await stationEpoch(context.db))) return { kind: 'bad', code: 'WRONG_EPOCH' };
  try {
    await openContents(opened, context.keys.age.identity);
  } catch (error) {
    context.log.info({ err: error, device: device.id }, 'parcel unreadable');
    return { kind: 'bad', code: 'UNREADABLE' };
  }
  return { kind: 'good', opened };
}

type NewParcel = Omit<StationSchema['parcels'], 'state' | 'receipt' | 'refusal'>;
type Booked = IngestAnswer | { readonly kind: 'gap'; readonly missing: readonly number[] };

/** One durable step: everything that a receipt promises, or the branch of a fork, or nothing. */
async function book(
  trx: Transaction<StationSchema>,
  row: NewParcel,
  receipt: string,
  signFork: () => Promise<string>,
): Promise<Booked> {
  // Looked up again inside the transaction: the same parcel may have come by two connections at once.
  const known = await findParcel(trx, row.id);
  if (known) return answerAgain(known);
  const device = await findDevice(trx, row.deviceId);
  const head = await parcelHead(trx, row.deviceId, row.deviceEpoch);
  const judged = judgeSequence(head, row);
  if (judged.kind === 'gap') return { kind: 'gap', missing: judged.missing };
  const storedAtMs = row.receivedAtMs;
  await trx
    .insertInto('objects')
    .values({ hash: row.objectHash, sizeBytes: row.sizeBytes, kind: 'parcel', storedAtMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const actor = `device:${row.deviceId}`;
  const detail = { sequence: row.sequence, epoch: row.deviceEpoch };
  if (judged.kind !== 'next' || device?.state === 'forked') {
    const refusal = await signFork();
    await trx
      .insertInto('parcels')
      .values({ ...row, state: 'forked', receipt: null, refusal })
      .execute();
    await keepBranch(trx, row);
    await appendAudit(trx, { actor, act: 'parcel-forked', subject: row.id, detail }, storedAtMs);
    return { kind: 'refusal', code: 'FORK', envelope: refusal };
  }
  await trx
    .insertInto('parcels')
    .values({ ...row, state: 'accepted', receipt, refusal: null })
    .execute();
  await setParcelHead(trx, row.deviceId, { epoch: row.deviceEpoch, sequence: row.sequence, parcelId: row.id });
  await addJob(trx, { kind: 'open-parcel', body: { parcelId: row.id } }, storedAtMs);
  await appendAudit(trx, { actor, act: 'parcel-stored', subject: row.id, detail }, storedAtMs);
  return { kind: 'receipt', envelope: receipt, isNew: true };
}

// Two branches that want the same place: neither goes on until an officer has decided.
async function keepBranch(trx: Transaction<StationSchema>, row: NewParcel): Promise<void> {
  const { deviceId, deviceEpoch, sequence, receivedAtMs } = row;
  // The one that came first stands beside it, so that the officer can choose it. Who decided about it before stays known.
  const rivals = await trx
    .selectFrom('parcels')
    .select('id')
    .where('deviceId', '=', deviceId)
    .where('deviceEpoch', '=', deviceEpoch)
    .where('sequence', '=', sequence)
    .where('state', 'in', ['accepted', 'opened'])
    .execute();
  for (const parcelId of [row.id, ...rivals.map((rival) => rival.id)]) {
    const branch = { parcelId, deviceId, deviceEpoch, sequence, foundAtMs: receivedAtMs };
    await trx
      .insertInto('branches')
      .values({ ...branch, resolvedAtMs: null, resolvedBy: null })
      .onConflict((conflict) => conflict.column('parcelId').doUpdateSet({ resolvedAtMs: null }))
      .execute();
  }
  await trx
    .updateTable('devices')
    .set({ state: 'forked' })
    .where('id', '=', deviceId)
    .where('state', '!=', 'revoked')
    .execute();
  const event = { deviceId, code: 'fork', detail: `${deviceEpoch}/${sequence}` };
  await noteDeviceEvent(trx, event, receivedAtMs);
}

// Kept under the hash of its bytes, never under the id it claims: a damaged copy must not bar the whole one.
async function quarantine(
  ingest: Ingest,
  device: Device,
  parcelId: string,
  bytes: Uint8Array,
  code: RefusalCode,
): Promise<IngestAnswer> {
  const { context } = ingest;
  const id = `quarantine:${await sha256Hex(bytes)}`;
  const refusal = JSON.stringify(await signRefusal(context, { parcelId, deviceId: device.id, code }));
  const objectHash = await storeOrDie(ingest, bytes);
  const receivedAtMs = context.now();
  const envelope = await ingest.commits.run(async (trx) => {
    const known = await findParcel(trx, id);
    if (known?.refusal) return known.refusal;
    await trx
      .insertInto('parcels')
      .values({
        id,
        deviceId: device.id,
        deviceEpoch: device.epoch,
        stationEpoch: 0,
        sequence: 0,
        previous: null,
        objectHash,
        sizeBytes: bytes.length,
        state: 'quarantined',
        receivedAtMs,
        receipt: null,
        refusal,
      })
      .execute();
    await noteDeviceEvent(trx, { deviceId: device.id, code: 'parcel-refused', detail: code }, receivedAtMs);
    const actor = `device:${device.id}`;
    await appendAudit(trx, { actor, act: 'parcel-refused', subject: parcelId, detail: { code } }, receivedAtMs);
    return refusal;
  });
  return { kind: 'refusal', code, envelope };
}

async function storeOrDie(ingest: Ingest, bytes: Uint8Array): Promise<string> {
  try {
    return await ingest.context.objects.put(bytes);
  } catch (error) {
    return ingest.fatal(error);
  }
}

async function refuseGap(
  context: StationContext,
  device: Device,
  parcelId: string,
  missing: readonly number[],
): Promise<IngestAnswer> {
  const envelope = await signRefusal(context, { parcelId, deviceId: device.id, code: 'GAP', missing });
  return { kind: 'refusal', code: 'GAP', envelope: JSON.stringify(envelope) };
}

/**
 * A parcel that the station has: the same bytes as before, or the receipt that an officer's decision has allowed since.
 * After such a decision the sequence goes on behind the branch that comes again.
 */
async function answerKnown(ingest: Ingest, known: StationSchema['parcels']): Promise<IngestAnswer> {
  const { context } = ingest;
  const { id: parcelId, deviceId, deviceEpoch, sequence, receivedAtMs, state } = known;
  if (state !== 'accepted' && state !== 'opened') return answerAgain(known);
  const isNext = judgeSequence(await parcelHead(context.db, deviceId, deviceEpoch), known).kind === 'next';
  if (known.receipt !== null && !isNext) return answerAgain(known);
  const fields = { parcelId, deviceId, deviceEpoch, sequence, receivedAtMs, step: 'stored' as const };
  const receipt = JSON.stringify(
    await signReceipt(context, { ...fields, stationEpoch: await stationEpoch(context.db) }),
  );
  return ingest.commits.run(async (trx) => {
    await trx.updateTable('parcels').set({ receipt }).where('id', '=', parcelId).where('receipt', 'is', null).execute();
    const device = await findDevice(trx, deviceId);
    const judged = judgeSequence(await parcelHead(trx, deviceId, deviceEpoch), known);
    if (judged.kind === 'next' && device?.state !== 'forked') {
      await setParcelHead(trx, deviceId, { epoch: deviceEpoch, sequence, parcelId });
    }
    return answerAgain((await findParcel(trx, parcelId)) ?? known);
  });
}

function answerAgain(known: StationSchema['parcels']): IngestAnswer {
  if (known.receipt !== null) return { kind: 'receipt', envelope: known.receipt, isNew: false };
  return { kind: 'refusal', code: 'FORK', envelope: known.refusal ?? '' };
}
