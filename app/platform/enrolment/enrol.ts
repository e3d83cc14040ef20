import { fromHex, toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import { normaliseCode } from '#core/enrolment/code.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest } from '#core/enrolment/request.ts';
import { sixWords } from '#core/enrolment/words.ts';
import { type StationAuthority, stationKeys } from '#core/licence/authorities.ts';
import type { Licence } from '#core/licence/licence.ts';
import { openLicence } from '#core/licence/open-licence.ts';
import { requireAnswers } from '#core/licence/request.ts';
import { makeDeviceKeys, type OpenKeys, openDeviceKeys } from '../device/device-keys.ts';
import type { MetaStore, PinnedTrust } from '../device/device-meta.ts';
import { headOf } from '../device/held-licence.ts';
import { randomBytes } from '../device/random.ts';
import type { Language } from '../platform.ts';
import { repositoryFetch } from '../sync/run-sync.ts';
import { openDock } from '../transports/dock-client.ts';
import type { Transport } from '../transports/transport.ts';
import { EnrolmentError } from './enrolment-error.ts';
import { requireShippedRoot, shippedRoot } from './shipped-root.ts';

const MAX_ROOT_BYTES = 512 * 1024;
const ASK_EVERY_MS = 2000;

/** What the learner types to enrol. */
export interface EnrolmentInput {
  readonly code: string;
  readonly language: Language;
}

/**
 * Makes keys if there are none, and asks the station. What this device will trust, root and station key, is only pinned
 * for good when the officer has compared the words. Throws EnrolmentError, DockError or TransportError.
 */
export async function startEnrolment(
  meta: MetaStore,
  transport: Transport,
  { code: typed, language }: EnrolmentInput,
  nowMs: number,
): Promise<readonly string[]> {
  const code = normaliseCode(typed);
  if (code === undefined) throw new EnrolmentError({ code: 'BAD_CODE' });
  const dock = openDock(transport);
  const info = await dock.info();
  const { rootSha256 } = info;
  if (rootSha256 === null) throw new EnrolmentError({ code: 'WRONG_ROOT' });
  const announced = await fetchRoot(transport, rootSha256);
  const shipped = await shippedRoot();
  if (shipped) await requireShippedRoot(shipped, { rootSha256, fetch: repositoryFetch(transport), nowMs });
  const root = shipped ?? announced;
  const stored = (await meta.read('keys')) ?? (await makeDeviceKeys());
  const keys = await openDeviceKeys(stored);
  const deviceNonce = toHex(randomBytes(16));
  const request = encodeEnrolmentRequest({
    signingKey: toHex(keys.signer.publicKey),
    ageRecipient: keys.ageRecipient,
    deviceNonce,
    rootSha256,
    keyLevel: keys.level,
    language,
    userAgent: navigator.userAgent.slice(0, 500),
  });
  await meta.write({ keys: stored, language });
  const envelope = await signEnvelope(ENROLMENT_REQUEST_TYPE, request, [keys.signer]);
  const { enrolmentId, stationNonce } = await dock.enrol(code, envelope);
  const receiptKey = fromHex(info.receiptKey);
  const words = await sixWords(
    {
      signingKey: keys.signer.publicKey,
      ageRecipient: keys.ageRecipient,
      stationReceiptKey: receiptKey,
      rootSha256,
      deviceNonce,
      stationNonce,
    },
    await wordList(language),
  );
  const pinned: PinnedTrust = { root, siteId: info.siteId, siteName: info.siteName, receiptKey };
  await meta.write({ pinned, enrolment: { enrolmentId, deviceNonce, siteName: info.siteName, words } });
  return words;
}

/**
 * Asks until the officer has decided, and keeps the first licence if it would be good as a renewal too
 * (formats/enrolment.md 5.2). Throws EnrolmentError, and what the transport throws when cancelled.
 * @param bringStation brings the authorities' word on the station, verified from the pinned root
 */
export async function waitForOfficer(
  meta: MetaStore,
  transport: Transport,
  bringStation: () => Promise<StationAuthority | undefined>,
  signal: AbortSignal,
): Promise<'confirmed' | 'refused'> {
  const [pending, stored] = await Promise.all([meta.read('enrolment'), meta.read('keys')]);
  if (!pending || !stored) throw new EnrolmentError({ code: 'NOT_STARTED' });
  const dock = openDock(transport);
  const proof = await sha256Hex(fromHex(pending.deviceNonce));
  for (;;) {
    signal.throwIfAborted();
    const state = await dock.enrolmentState(pending.enrolmentId, proof, signal);
    if (state.state === 'refused') {
      await meta.write({ enrolment: undefined, pinned: undefined });
      return 'refused';
    }
    if (state.state === 'confirmed') {
      const { licence, deviceEpoch, learnerLabel } = state;
      const station = await bringStation();
      if (!station) throw new EnrolmentError({ code: 'NO_STATION_KEY' });
      const { serial } = await openFirstLicence(licence, station, pending.deviceNonce, await openDeviceKeys(stored));
      const identity = { learnerLabel, deviceEpoch, stationEpoch: 0 };
      const licenceHead = await headOf(licence, serial);
      await meta.write({ licence, licenceHead, identity, standing: 'ok', emptied: undefined });
      return 'confirmed';
    }
    await delay(ASK_EVERY_MS, signal);
  }
}

async function openFirstLicence(
  envelope: Envelope,
  station: StationAuthority,
  nonce: string,
  { deviceId, signer, ageRecipient }: OpenKeys,
): Promise<Licence> {
  const deviceKeys = { signing: toHex(signer.publicKey), age: ageRecipient };
  try {
    const licence = await openLicence(envelope, { licenceKeys: stationKeys(station, 'licence'), grant: station });
    requireAnswers(licence, { nonce, deviceId, deviceKeys, held: undefined });
    return licence;
  } catch (cause) {
    throw new EnrolmentError({ code: 'BAD_LICENCE', cause });
  }
}

async function fetchRoot(transport: Transport, rootSha256: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await transport.send({ method: 'GET', path: '/repository/metadata/1.root.json' }, MAX_ROOT_BYTES);
  // The words cover this hash: a root that the station's officer does not know gives other words.
  if (answer.status !== 200 || (await sha256Hex(answer.body)) !== rootSha256) {
    throw new EnrolmentError({ code: 'WRONG_ROOT' });
  }
  return answer.body;
}

async function wordList(language: Language): Promise<readonly string[]> {
  if (language === 'nl') return (await import('#core/enrolment/words-nl.ts')).wordsNl;
  return (await import('#core/enrolment/words-en.ts')).wordsEn;
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
