import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { parseTimeStatement, TIME_TYPE } from '#core/clock/time-statement.ts';
import { openSlots } from '#core/clock/trusted-time.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { parseEnvelope, signEnvelope, type VerifiedPayload, verifyEnvelope } from '#core/dsse/dsse.ts';
import { normaliseCode } from '#core/enrolment/code.ts';
import { HANDOVER_TYPE, parseHandover } from '#core/enrolment/handover.ts';
import { ENROLMENT_REQUEST_TYPE, openEnrolmentRequest, parseEnrolmentRequest } from '#core/enrolment/request.ts';
import { openReport, parseReport, REPORT_TYPE } from '#core/evidence/report.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { parseInstant } from '#core/json/instant.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { parseRecovery, parseStationAuthority } from '#core/licence/authorities.ts';
import { parseFloors } from '#core/licence/floors.ts';
import { LICENCE_TYPE, parseLicence } from '#core/licence/licence.ts';
import { LICENCE_REQUEST_TYPE, parseLicenceRequest } from '#core/licence/request.ts';
import { parseStatus } from '#core/licence/status.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { ORDER_DONE_TYPE, ORDER_TYPE, parseOrder, parseOrderDone } from '#core/order/order.ts';
import { ageDecrypt } from '#core/parcel/age.ts';
import { unpackArchive } from '#core/parcel/archive.ts';
import { PARCEL_HEADER_TYPE, parseHeader } from '#core/parcel/header.ts';
import { downItemsShape, upItemsShape } from '#core/parcel/items.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { ACK_TYPE, parseAck, parseReceipt, parseRefusal, RECEIPT_TYPE, REFUSAL_TYPE } from '#core/parcel/receipt.ts';
import { policyShape } from '#core/policy/policy.ts';
import { judgeQuiz } from '#core/quiz/attempt.ts';
import { parseQuiz } from '#core/quiz/quiz.ts';
import { parseBackup } from '#core/record/backup.ts';
import { metadataParsers } from '#core/repository/parsers.ts';
import { openIndex } from '#core/search/index-format.ts';
import { search } from '#core/search/search.ts';
import { AGE_IDENTITY, MANIFEST } from './fixed.ts';
import type { Target } from './target.ts';

const parsers = metadataParsers();
const signer = signerFromSeed(new Uint8Array(32).fill(7));

/** The bytes as somebody signed them who holds a key and means harm. */
async function signed(type: string, bytes: Uint8Array): Promise<VerifiedPayload> {
  const { publicKey } = await signer;
  return verifyEnvelope(await signEnvelope(type, bytes, [await signer]), { payloadType: type, keys: [publicKey] });
}

const payload = (
  name: string,
  type: string,
  parse: (payload: VerifiedPayload) => unknown,
  error: string,
  words: readonly string[],
): Target => ({ name, errors: [error], words, run: async (bytes) => parse(await signed(type, bytes)) });

const metadata = (role: 'root' | 'timestamp' | 'snapshot' | 'targets'): Target => ({
  name: `tuf-${role}`,
  errors: ['RepositoryError'],
  words: [
    '"_type"',
    '"version"',
    '"expires"',
    '"signed"',
    '"signatures"',
    '"threshold"',
    '"keyids"',
    '"path_hash_prefixes"',
    '"delegations"',
  ],
  run: (bytes) => parsers[role](bytes, role),
});

const clockKey = crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), { name: 'HMAC', hash: 'SHA-256' }, false, [
  'sign',
  'verify',
]);
const instants = ['2026-11-24T05:00:00Z', '9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z', '2024-02-30T00:00:00Z'];

/** Every parser of core. */
export const coreTargets: readonly Target[] = [
  {
    name: 'json',
    errors: ['JsonError'],
    words: ['null', 'true', '\\ud800', '\\u0000', '{"a":', '[[[[', '-', '.5', 'e+1'],
    run: (bytes) => {
      // What the strict reader takes, the canonical writer either writes or refuses.
      const value = parseJson(bytes);
      return canonicalJson(value);
    },
  },
  { name: 'instant', errors: ['BytesError'], words: instants, run: (bytes) => parseInstant(fromUtf8(bytes)) },
  {
    name: 'dsse',
    errors: ['DsseError'],
    words: ['"payload"', '"payloadType"', '"signatures"', '"sig"', '"keyid"', '===='],
    run: async (bytes) =>
      verifyEnvelope(parseEnvelope(bytes), { payloadType: 'text/plain', keys: [(await signer).publicKey] }),
  },
  metadata('root'),
  metadata('timestamp'),
  metadata('snapshot'),
  metadata('targets'),
  {
    name: 'manifest',
    errors: ['ModuleError'],
    words: ['"readingOrder"', '"resources"', '"toc"', '"children"', '"href"', 'urn:leeslicht:module:a/b', 'text/html'],
    run: (bytes) => parseManifest(bytes),
  },
  {
    name: 'leaves',
    errors: ['ModuleError'],
    words: [],
    run: (bytes) => verifyLeaves(parseManifest(utf8(MANIFEST)), bytes),
  },
  payload('licence', LICENCE_TYPE, parseLicence, 'LicenceError', ['"expires"', '"modules"', '"regime"', ...instants]),
  payload('licence-request', LICENCE_REQUEST_TYPE, parseLicenceRequest, 'LicenceError', ['"sequence"', '"previous"']),
  { name: 'status', errors: ['LicenceError'], words: ['"until"', '"withdrawn"', ...instants], run: parseStatus },
  { name: 'floors', errors: ['LicenceError'], words: ['"app"', '"metadata"', '"licences"'], run: parseFloors },
  { name: 'authorities', errors: ['LicenceError'], words: ['"keys"', '"earlierKeys"'], run: parseStationAuthority },
  { name: 'recovery', errors: ['LicenceError'], words: ['"recipient"'], run: parseRecovery },
  {
    name: 'policy',
    errors: ['JsonError', 'ShapeError'],
    words: ['"allow"', '"denyModules"', '"hours"', '24:00'],
    run: (bytes) => policyShape(parseJson(bytes), ''),
  },
  {
    name: 'clock-slot',
    errors: [],
    words: ['"mac"', '"state"', '"writes"', '"outstanding"'],
    run: async (bytes) => openSlots(bytes, undefined, await clockKey),
  },
  payload('time-statement', TIME_TYPE, parseTimeStatement, 'ClockError', instants),
  payload('enrolment-request', ENROLMENT_REQUEST_TYPE, parseEnrolmentRequest, 'EnrolmentError', ['"keyLevel"']),
  {
    name: 'enrolment-envelope',
    errors: ['EnrolmentError', 'DsseError', 'BytesError'],
    words: ['"payload"', '"sig"'],
    run: (bytes) => openEnrolmentRequest(parseEnvelope(bytes)),
  },
  payload('order', ORDER_TYPE, parseOrder, 'OrderError', ['"kind"', '"release-pin"', '"wipe"', ...instants]),
  payload('order-done', ORDER_DONE_TYPE, parseOrderDone, 'OrderError', ['"kind"', '"doneAt"', ...instants]),
  {
    name: 'report',
    errors: ['EvidenceError'],
    words: ['LEES1.', '.', '"events"', '"check"', ...instants],
    run: async (bytes) => {
      const text = new TextDecoder().decode(bytes);
      // As it comes to a desk; and what a device might sign that means harm.
      if (text.startsWith('LEES')) return openReport(text, (await signer).publicKey);
      return parseReport(await signed(REPORT_TYPE, bytes));
    },
  },
  payload('handover', HANDOVER_TYPE, parseHandover, 'EnrolmentError', ['"toSite"', ...instants]),
  {
    name: 'enrolment-code',
    errors: ['BytesError'],
    words: ['O', 'I', 'L', '‐'],
    run: (bytes) => normaliseCode(fromUtf8(bytes)),
  },
  {
    name: 'parcel-file',
    errors: ['ParcelError'],
    words: ['leeslicht-parcel-v1\n', '"length"', '"sequence"'],
    run: async (bytes) => openHeader(bytes, [(await signer).publicKey]),
  },
  payload('parcel-header', PARCEL_HEADER_TYPE, ({ bytes }) => parseHeader(bytes), 'ParcelError', ['"previous"']),
  {
    name: 'age',
    errors: ['ParcelError'],
    words: ['age-encryption.org/v1\n', '-> X25519 ', '-> scrypt ', '-> grease ', '\n---', '--- '],
    run: (bytes) => ageDecrypt(bytes, AGE_IDENTITY),
  },
  {
    name: 'archive',
    errors: ['ParcelError'],
    words: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'padding'],
    run: unpackArchive,
  },
  {
    name: 'items',
    errors: ['JsonError', 'ShapeError'],
    words: ['"kind"', '"submission"', '"feedback"', '"statement"', '"attachment"'],
    run: (bytes) => {
      const value = parseJson(bytes);
      try {
        return upItemsShape(value, '');
      } catch {
        // Refused in one direction; the other one is asked too.
        return downItemsShape(value, '');
      }
    },
  },
  payload('receipt', RECEIPT_TYPE, parseReceipt, 'ParcelError', ['"step"', ...instants]),
  payload('refusal', REFUSAL_TYPE, parseRefusal, 'ParcelError', ['"missing"', '"code"']),
  payload('ack', ACK_TYPE, parseAck, 'ParcelError', ['"parcelId"']),
  {
    name: 'quiz',
    errors: ['QuizError'],
    words: ['"interactions"', '"kind"', '"processing"', '"cardinality"', '"multiple"', '"integer"', '"operator"'],
    run: (bytes) => {
      const quiz = parseQuiz(bytes);
      const answers = quiz.items.map((item) => {
        const given = item.responses.map((one) => [one.id, one.correct ?? ['1', 'a b']] as const);
        return [item.id, new Map(given)] as const;
      });
      return judgeQuiz(quiz, new Map(answers));
    },
  },
  {
    name: 'backup',
    errors: ['BackupError'],
    words: ['"drafts"', '"attempts"', '"progress"', '"id"', '"step"'],
    run: parseBackup,
  },
  {
    name: 'search-index',
    errors: ['SearchError'],
    words: ['"sections"', '"words"', '"index"', '"storedFields"', '"averageFieldLength"'],
    run: (bytes) => search(openIndex(bytes), 'reading light'),
  },
];
