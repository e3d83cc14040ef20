import { tmpdir } from 'node:os';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { parseEnvelope } from '#core/dsse/dsse.ts';
import { encodeStationAuthority, stationPath } from '#core/licence/authorities.ts';
import {
  basicPlan,
  DAY_MS,
  fetchFrom,
  type Plan,
  publish,
  rolePlan,
  signRoot,
} from '#core/repository/test-repository.ts';
import { registerDock } from '../sync-station/server/dock/index.ts';
import { pendingDown } from '../sync-station/server/down/compose.ts';
import { arrive } from '../sync-station/server/handover/arrive.ts';
import { handOver } from '../sync-station/server/handover/hand-over.ts';
import { runOne } from '../sync-station/server/jobs/jobs.ts';
import { makeSecrets, stationKeys } from '../sync-station/server/keys/station-keys.ts';
import { emptyImage, memoryObjects, openImage } from '../sync-station/server/testing/memory-database.ts';
import { type TestStation, testStation } from '../sync-station/server/testing/open-test-station.ts';
import { sendDeskMessage } from '../sync-station/store/desk-work.ts';
import { findDevice } from '../sync-station/store/devices.ts';
import { findHandover } from '../sync-station/store/handovers.ts';
import { addLearner } from '../sync-station/store/learners.ts';
import { type ModelDevice, modelDevice } from './model-device.ts';

vi.stubGlobal('navigator', { storage: { estimate: async () => ({}) } });

let one: TestStation;
let two: TestStation;
let apps: readonly FastifyInstance[] = [];
let device: ModelDevice;
let deviceId = '';
let learnerId = '';
let fetchTwo: ReturnType<typeof fetchFrom>;

const nowMs = () => one.clock.nowMs;

async function openSite(siteId: string): Promise<TestStation> {
  const keys = await stationKeys(await makeSecrets(undefined));
  return testStation({
    db: openImage(await emptyImage()).db,
    objects: memoryObjects(),
    keys,
    folder: tmpdir(),
    siteId,
  });
}

async function dockOf(station: TestStation): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: 17 * 1024 * 1024 });
  await registerDock(app, station.ingest, (id) => pendingDown(station.context, id));
  return app;
}

function appOf(station: TestStation): FastifyInstance {
  const app = apps[station === one ? 0 : 1];
  if (!app) throw new Error('no dock');
  return app;
}

beforeEach(async () => {
  [one, two] = [await openSite('site-one'), await openSite('site-two')];
  const [grantOne, grantTwo] = [one.authority.grant, two.authority.grant];
  if (!grantOne || !grantTwo) throw new Error('no grant');
  one.authority.others.push(grantTwo);
  two.authority.others.push(grantOne);
  apps = [await dockOf(one), await dockOf(two)];
  const signer = await signerFromSeed(crypto.getRandomValues(new Uint8Array(32)));
  const ageIdentity = await generateX25519Identity();
  const ageRecipient = await identityToRecipient(ageIdentity);
  deviceId = signer.keyId.slice(0, 32);
  learnerId = (await addLearner(one.context.db, { displayName: 'Sam', actor: 'officer' }, 1)).id;
  await one.context.db
    .insertInto('devices')
    .values({
      ...{ id: deviceId, learnerId, signingKey: toHex(signer.publicKey), ageRecipient, keyLevel: 'wrapped', epoch: 1 },
      ...{ state: 'ok', stateReason: null, capabilities: '["read","write"]', lastSeenAtMs: null, licenceSerial: 0 },
      ...{ licenceExpiresAtMs: null, quota: null, createdAtMs: 1 },
    })
    .execute();
  const plan = await programme(fromUtf8(encodeStationAuthority(grantTwo)));
  fetchTwo = fetchFrom(await publish(plan));
  const receiptKey = new Uint8Array(one.context.keys.receipt.publicKey);
  const keys = { signer, deviceId, ageRecipient, ageIdentity, receiptKey, authority: grantOne };
  device = await modelDevice(keys, new Map(), new Uint8Array(await signRoot(plan)));
});
afterEach(async () => {
  device.close();
  for (const app of apps) await app.close();
  for (const station of [one, two]) await station.close();
});

/** The programme that vouches for the second site, valid around the stations' clocks. */
async function programme(authority: string): Promise<Plan> {
  const plan = await basicPlan();
  const authorities = {
    ...(await rolePlan(11)),
    ...{ name: 'authorities', terminating: true, covers: { paths: ['authorities/*', 'authorities/stations/*'] } },
    files: { [stationPath('site-two')]: authority },
  };
  const late = <T extends { readonly expiresAtMs: number }>(role: T): T => ({ ...role, expiresAtMs: nowMs() + DAY_MS });
  return {
    ...plan,
    root: late(plan.root),
    timestamp: late(plan.timestamp),
    snapshot: late(plan.snapshot),
    targets: late(plan.targets),
    delegated: [late(authorities)],
  };
}

const sync = (station: TestStation) => device.sync(appOf(station), nowMs(), undefined);

async function open(station: TestStation): Promise<readonly string[]> {
  while (await runOne(station.context, ['open-parcel'])) {
    // Until nothing is due.
  }
  const rows = await station.context.db.selectFrom('submissions').select('id').orderBy('id').execute();
  return rows.map((row) => row.id);
}

async function leave(): Promise<void> {
  const known = await findDevice(one.context.db, deviceId);
  if (!known) throw new Error('no device');
  expect(await handOver(one.context, known, { toSite: 'site-two', actor: 'officer' })).toBe(true);
  // Two words for two sites would make two devices of one.
  expect(await handOver(one.context, known, { toSite: 'site-three', actor: 'officer' })).toBe(false);
}

test('a device that is handed over keeps its unsent work and its marks, and renews at the new site alone', async () => {
  const first = await device.write('handed in at the old site');
  await sendDeskMessage(one.context.db, { learnerId, sender: 'Kim', text: 'hello', actor: 'kim' }, nowMs());
  expect((await sync(one))?.newExpiresAtMs).toBeDefined();
  expect(await open(one)).toEqual([first]);
  await leave();
  // Before it was told, it has no business at the new site.
  expect(await device.move(appOf(two), nowMs(), fetchTwo)).toBe(false);
  const told = await sync(one);
  expect([told?.newExpiresAtMs, told?.problems.includes('MOVED')]).toEqual([undefined, true]);
  const unsent = await device.write('written on the way');

  expect(await device.move(appOf(two), nowMs(), fetchTwo)).toBe(true);
  const arrived = await sync(two);
  expect(arrived?.newExpiresAtMs).toBeDefined();
  // What the old site holds without a backup goes along too: ids make it count once where both meet.
  expect(await open(two)).toEqual([first, unsent].toSorted());
  expect((await device.messages()).map((record) => record.text)).toEqual(['hello']);
  const here = await findDevice(two.context.db, deviceId);
  expect(here).toMatchObject({ learnerId, epoch: 2, state: 'ok', licenceSerial: 2 });
  await sendDeskMessage(two.context.db, { learnerId, sender: 'Jo', text: 'welcome', actor: 'jo' }, nowMs());
  two.clock.nowMs += 1000;
  expect((await sync(two))?.itemsDown).toBe(1);
  // At the old site it is a stranger now.
  await expect(sync(one)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
});

test('the word for a site is taken once, by that site alone, from a station that the authorities know', async () => {
  await sync(one);
  await leave();
  const word = await findHandover(one.context.db, deviceId, 'out');
  const envelope = parseEnvelope(utf8(word?.envelope ?? ''));
  await expect(arrive(one.context, envelope)).rejects.toMatchObject({ code: 'BAD_HANDOVER' });
  const known = two.authority.others.splice(0);
  await expect(arrive(two.context, envelope)).rejects.toMatchObject({ code: 'BAD_HANDOVER' });
  two.authority.others.push(...known);
  expect(await arrive(two.context, envelope)).toBe(deviceId);
  expect(await arrive(two.context, envelope)).toBe(deviceId);
  expect((await findDevice(two.context.db, deviceId))?.epoch).toBe(2);
  // It goes back; the old word does not bring it here again.
  const here = await findDevice(two.context.db, deviceId);
  if (!here) throw new Error('no device');
  expect(await handOver(two.context, here, { toSite: 'site-one', actor: 'officer' })).toBe(true);
  const back = await findHandover(two.context.db, deviceId, 'out');
  expect(await arrive(one.context, parseEnvelope(utf8(back?.envelope ?? '')))).toBe(deviceId);
  expect(await findDevice(one.context.db, deviceId)).toMatchObject({ epoch: 3, state: 'ok' });
  expect(await findHandover(one.context.db, deviceId, 'out')).toBeUndefined();
  await expect(arrive(one.context, envelope)).rejects.toMatchObject({ code: 'BAD_HANDOVER' });
});
