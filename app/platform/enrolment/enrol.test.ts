import { expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import { DAY_MS, encodeLicence, LICENCE_TYPE, type Licence } from '#core/licence/licence.ts';
import { makeDeviceKeys, openDeviceKeys } from '../device/device-keys.ts';
import { memoryMeta } from '../device/memory-meta.ts';
import type { Transport } from '../transports/transport.ts';
import { waitForOfficer } from './enrol.ts';

const START = 1_790_000_000_000;
const DEVICE_NONCE = '0102030405060708090a0b0c0d0e0f10';
const stored = await makeDeviceKeys();
const device = await openDeviceKeys(stored);
const site = await signerFromSeed(new Uint8Array(32).fill(1));
const thief = await signerFromSeed(new Uint8Array(32).fill(2));

const inTime = { notBeforeMs: START - DAY_MS, notAfterMs: START + 300 * DAY_MS };
const station: StationAuthority = {
  siteId: 'north',
  siteName: 'North',
  stationName: 'Computer room',
  keys: {
    licence: { public: toHex(site.publicKey), ...inTime },
    receipt: { public: 'ab'.repeat(32), ...inTime },
    age: { recipient: device.ageRecipient, ...inTime },
  },
  earlierKeys: { licence: [], receipt: [] },
  maxLicenceDays: 14,
  capabilities: ['read'],
};

const honest: Licence = {
  id: 'ab'.repeat(16),
  serial: 1,
  previous: null,
  deviceId: device.deviceId,
  deviceKeys: { signing: toHex(device.signer.publicKey), age: device.ageRecipient },
  learnerId: 'l-1',
  siteId: 'north',
  siteName: 'North',
  issuedAtMs: START,
  notBeforeMs: START,
  expiresAtMs: START + 14 * DAY_MS,
  capabilities: ['read'],
  regime: { dailyHours: 8 },
  modules: ['*'],
  nonce: DEVICE_NONCE,
  whereToSync: 'Computer room',
};

/** A station that confirms at once, with this licence, to whoever proves that the request was his. */
async function confirming(licence: Licence, signer = site): Promise<Transport> {
  const envelope = await signEnvelope(LICENCE_TYPE, encodeLicence(licence), [signer]);
  const proof = await sha256Hex(new Uint8Array(16).map((_, index) => index + 1));
  return {
    isWired: true,
    repositoryUrl: '',
    async send({ path }) {
      const isAsker = path === `/dock/enrolments/e-1?proof=${proof}`;
      const confirmed = { state: 'confirmed', licence: envelope, deviceEpoch: 1, learnerLabel: 'Kim' };
      const body = utf8(JSON.stringify(isAsker ? confirmed : { error: 'NOT_FOUND' }));
      return { status: isAsker ? 200 : 404, body, header: () => null };
    },
  };
}

async function enrol(transport: Transport, word: () => StationAuthority | undefined = () => station) {
  const pending = { enrolmentId: 'e-1', deviceNonce: DEVICE_NONCE, siteName: 'North', words: [] };
  const meta = memoryMeta({ keys: stored, enrolment: pending });
  const decision = waitForOfficer(meta, transport, async () => word(), new AbortController().signal);
  return { meta, decision };
}

test('takes licence 1 from the station that the authorities vouch for', async () => {
  const { meta, decision } = await enrol(await confirming(honest));
  expect(await decision).toBe('confirmed');
  expect(await meta.read('identity')).toEqual({ learnerLabel: 'Kim', deviceEpoch: 1, stationEpoch: 0 });
  expect(await meta.read('licence')).toMatchObject({ payloadType: LICENCE_TYPE });
});

test.each<[string, Partial<Licence>]>([
  ['that answers another request', { nonce: 'cd'.repeat(16) }],
  ['of another device', { deviceId: 'ee'.repeat(16) }],
  ['with another signing key', { deviceKeys: { ...honest.deviceKeys, signing: 'ee'.repeat(32) } }],
  ['with another key to encrypt to', { deviceKeys: { ...honest.deviceKeys, age: `age1${'q'.repeat(58)}` } }],
  ['of another site', { siteId: 'south' }],
  ['that runs longer than the authorities grant', { expiresAtMs: START + 14 * DAY_MS + 1000 }],
  ['from before the key might sign', { issuedAtMs: START - 2 * DAY_MS, notBeforeMs: START - 2 * DAY_MS }],
])('refuses a licence 1 %s, and enrols nothing', async (_, change) => {
  const { meta, decision } = await enrol(await confirming({ ...honest, ...change }));
  await expect(decision).rejects.toMatchObject({ code: 'BAD_LICENCE' });
  expect(await meta.read('licence')).toBeUndefined();
  expect(await meta.read('identity')).toBeUndefined();
});

test('refuses a licence 1 under a key that the authorities do not name, and one of a station they do not know', async () => {
  const forged = await enrol(await confirming(honest, thief));
  await expect(forged.decision).rejects.toMatchObject({ code: 'BAD_LICENCE' });
  const unknown = await enrol(await confirming(honest), () => undefined);
  await expect(unknown.decision).rejects.toMatchObject({ code: 'NO_STATION_KEY' });
  for (const { meta } of [forged, unknown]) expect(await meta.read('licence')).toBeUndefined();
});
