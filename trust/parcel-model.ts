import { randomBytes } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { countProofs } from '#core/count-proofs.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { stationKeys } from '../sync-station/server/keys/station-keys.ts';
import { emptyImage, memoryObjects, openImage } from '../sync-station/server/testing/memory-database.ts';
import { TEST_SECRETS, testStation } from '../sync-station/server/testing/open-test-station.ts';
import { findBrokenAudit } from '../sync-station/store/audit.ts';
import { type Fault, type ModelDevice, type ModelKeys, modelDevice, type SentParcels } from './model-device.ts';
import { type ModelStation, modelStation } from './model-station.ts';

/** One thing that happens. */
export type Command =
  | { readonly kind: 'write'; readonly on: 'true' | 'copy' }
  | { readonly kind: 'sync'; readonly on: 'true' | 'copy'; readonly fault: Fault | undefined }
  | { readonly kind: 'teach' }
  | { readonly kind: 'open' }
  | { readonly kind: 'late'; readonly which: number }
  | { readonly kind: 'backUp' }
  | { readonly kind: 'restore'; readonly back: number }
  | { readonly kind: 'clone' }
  | { readonly kind: 'enrolAnew' }
  | { readonly kind: 'resolve'; readonly to: 'true' | 'copy' | 'next' };

const who = fc.constantFrom('true' as const, 'copy' as const);
const fault = fc.option(
  fc.record({ kind: fc.constantFrom('lost' as const, 'unanswered' as const), at: fc.nat({ max: 9 }) }),
  { nil: undefined, freq: 2 },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), on: who }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('sync' as const), on: who, fault }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'teach' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'open' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), which: fc.nat({ max: 50 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'backUp' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restore' as const), back: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'clone' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'enrolAnew' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resolve' as const),
      to: fc.constantFrom('true' as const, 'copy' as const, 'next' as const),
    }),
  },
);

const image = await emptyImage();
const station = await stationKeys(TEST_SECRETS);
const signer = await signerFromSeed(new Uint8Array(randomBytes(32)));
const ageIdentity = await generateX25519Identity();
const ageRecipient = await identityToRecipient(ageIdentity);
const authority = testStation({
  db: openImage(image).db,
  objects: memoryObjects(),
  keys: station,
  folder: '',
}).authority;
if (!authority.grant) throw new Error('no grant');
const keys: ModelKeys = {
  signer,
  deviceId: signer.keyId.slice(0, 32),
  ageRecipient,
  ageIdentity,
  receiptKey: new Uint8Array(station.receipt.publicKey),
  authority: authority.grant,
};
const enrolled = { id: keys.deviceId, signingKey: toHex(signer.publicKey), ageRecipient };

const proved = countProofs();
/** One run: what the model knows beside what device and station hold. */
interface World {
  readonly station: ModelStation;
  readonly device: ModelDevice;
  readonly sent: SentParcels;
  /** Ids of work written on the true device. */
  readonly written: string[];
  /** Parcels of a newer backup than the one that was restored: the operator's loss, told to the officer. */
  readonly lost: Set<string>;
  /** Which parcel the true device sealed for each place. */
  readonly places: Map<string, string>;
  readonly copies: ModelDevice[];
  nowMs: number;
}

/** Runs one history to its end, and checks all that must hold on the way. */
export async function runHistory(commands: readonly Command[]): Promise<void> {
  const sent: SentParcels = new Map();
  const model = await modelStation(image, station, enrolled);
  const device = await modelDevice(keys, sent);
  const world: World = {
    ...{ station: model, device, sent, written: [], lost: new Set(), places: new Map(), copies: [] },
    nowMs: Date.UTC(2026, 10, 24, 9),
  };
  try {
    for (const one of commands) {
      await apply(world, one);
      await checkAlways(world);
    }
    await settle(world);
    await checkEnd(world);
  } finally {
    device.close();
    for (const copy of world.copies) copy.close();
    await model.close();
  }
}

async function apply(world: World, one: Command): Promise<void> {
  const { station: at, device } = world;
  world.nowMs += 1000;
  at.station().clock.nowMs = world.nowMs;
  const copy = world.copies.at(-1);
  switch (one.kind) {
    case 'write':
      if (one.on === 'true') world.written.push(await device.write('work'));
      else await copy?.write('work of the copy');
      return;
    case 'sync':
      await (one.on === 'true' ? device : copy)?.sync(at.app(), world.nowMs, one.fault);
      if (one.on === 'copy' && copy) proved('… syncs of a copy');
      return;
    case 'teach':
      await at.teach('hello');
      return;
    case 'open':
      return at.open();
    case 'late': {
      const parcels = [...world.sent];
      const parcel = parcels[one.which % Math.max(1, parcels.length)];
      if (parcel) await at.late(...parcel);
      return;
    }
    case 'backUp':
      return at.backUp();
    case 'restore': {
      const gone = await at.restore(one.back);
      if (!gone) return;
      proved('… restores of the station');
      // A promise outlives a restore from the newest backup, whatever happened since.
      if (one.back === 0) expect([...gone]).toEqual([]);
      for (const parcelId of gone) world.lost.add(parcelId);
      return;
    }
    case 'clone':
      world.copies.push(await device.clone());
      return;
    case 'enrolAnew':
      return at.enrolAnew();
    case 'resolve': {
      const parcels = await (one.to === 'copy' ? copy : device)?.outbox();
      const ids = new Set(one.to === 'next' ? [] : parcels?.map((parcel) => parcel.id));
      if (await at.resolve((parcelId) => ids.has(parcelId))) proved('… forks resolved');
      return;
    }
  }
}

/** What holds at every moment. */
async function checkAlways(world: World): Promise<void> {
  const { db } = world.station.station().context;
  // A forked branch is never accepted: each place has one parcel, unless an officer has decided about it.
  const rows = await db
    .selectFrom('parcels')
    .leftJoin('branches', 'branches.parcelId', 'parcels.id')
    .select(['parcels.id', 'parcels.deviceEpoch', 'parcels.sequence', 'branches.resolvedBy'])
    .where('parcels.state', 'in', ['accepted', 'opened'])
    .execute();
  const taken = rows.filter((row) => row.resolvedBy === null).map((row) => `${row.deviceEpoch}/${row.sequence}`);
  expect(new Set(taken).size).toBe(taken.length);
  for (const parcel of await world.device.outbox()) {
    // Sealed once: a place of the true device never gets another parcel.
    const place = `${parcel.deviceEpoch}/${parcel.sequence}`;
    expect(world.places.get(place) ?? parcel.id).toBe(parcel.id);
    world.places.set(place, parcel.id);
    // Bytes go only with the signed word that they are backed up.
    if (parcel.bytes === null) expect(parcel.step).toBe('backedUp');
  }
}

/** The cable holds, the copies are taken away, officers decide for the true device. It must come to rest. */
async function settle(world: World): Promise<void> {
  const { station: at, device } = world;
  for (let round = 0; round < 14; round += 1) {
    world.nowMs += 1000;
    at.station().clock.nowMs = world.nowMs;
    const ids = new Set((await device.outbox()).map((parcel) => parcel.id));
    if (await at.resolve((parcelId) => ids.has(parcelId))) proved('… forks resolved');
    const report = await device.sync(at.app(), world.nowMs, undefined);
    await at.open();
    await checkAlways(world);
    const problems = report?.problems.filter((code) => code !== 'BAD_METADATA' && code !== 'MALFORMED') ?? ['none'];
    if (problems.length === 0 && report?.itemsDown === 0 && report.parcelsUp === 0) return;
    if (round === 13) expect(problems).toEqual([]);
  }
  expect.unreachable('device and station did not come to rest');
}

async function checkEnd(world: World): Promise<void> {
  const { station: at, device } = world;
  const { db } = at.station().context;
  const outbox = await device.outbox();
  const exempt = new Set(outbox.filter((parcel) => world.lost.has(parcel.id)).flatMap((parcel) => parcel.itemIds));
  const booked = (await db.selectFrom('submissions').select('id').execute()).map((row) => row.id);
  // Nothing twice, nothing lost: but for what a newer backup had than the one that was restored.
  expect(new Set(booked).size).toBe(booked.length);
  for (const id of world.written) if (!exempt.has(id)) expect(booked).toContain(id);
  for (const record of await device.submissions()) expect(record.step).not.toBe('outbox');
  for (const parcel of outbox.filter((one) => one.step !== 'sealed' && !world.lost.has(one.id))) {
    const row = await db.selectFrom('parcels').select('state').where('id', '=', parcel.id).executeTakeFirst();
    expect(row?.state).toBe('opened');
  }
  const told = (await db.selectFrom('messages').select('id').execute()).map((row) => row.id);
  const read = (await device.messages()).map((record) => record.id);
  expect(new Set(read).size).toBe(read.length);
  expect(read).toEqual(expect.arrayContaining(told));
  expect(await findBrokenAudit(db)).toBeUndefined();
  proved('parcel histories');
  proved('… pieces of work in them', world.written.length);
}

const cut = { kind: 'lost', at: 2 } as const;
const sync = (on: 'true' | 'copy', fault?: Fault): Command => ({ kind: 'sync', on, fault });

/** Histories that once went wrong. */
const KNOWN: readonly (readonly Command[])[] = [
  // After the officer's decision the copy spoke first: the true device was then sent a parcel that followed the copy's.
  [
    { kind: 'teach' },
    { kind: 'clone' },
    sync('true'),
    sync('copy'),
    { kind: 'resolve', to: 'true' },
    sync('copy', cut),
    sync('true'),
    sync('true'),
  ],
];

/** Runs those that once went wrong, and `numRuns` histories in all with those that fast-check makes up. */
export async function proveParcels(numRuns: number): Promise<void> {
  // What a browser would tell about its disk is no part of this.
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({}) } });
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 3, maxLength: 12 }), runHistory), {
    numRuns,
    examples: KNOWN.map((history): [Command[]] => [[...history]]),
  });
}
