import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { DsseError, parseEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { normaliseCode } from '#core/enrolment/code.ts';
import { sixWords } from '#core/enrolment/words.ts';
import { wordsEn } from '#core/enrolment/words-en.ts';
import { wordsNl } from '#core/enrolment/words-nl.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { array, type Infer, integer, json, literal, nullable, object, string, tagged } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { parseFloors } from '#core/licence/floors.ts';
import { LicenceError } from '#core/licence/licence-error.ts';
import { parseStatus } from '#core/licence/status.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { ModuleError } from '#core/module/module-error.ts';
import { ageDecrypt } from '#core/parcel/age.ts';
import { ParcelError } from '#core/parcel/parcel-error.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import { openContents } from '#core/parcel/seal.ts';
import { judgeSequence } from '#core/parcel/sequence.ts';
import { decideCapability, decideHours, decideModule } from '#core/policy/decide.ts';
import { policyShape } from '#core/policy/policy.ts';
import { judgeQuiz } from '#core/quiz/attempt.ts';
import { parseQuiz } from '#core/quiz/quiz.ts';
import { type Judge, refusing } from './judge.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeEvidence } from './judge-evidence.ts';
import { judgeLicenceCase } from './judge-licence.ts';
import { judgeOrders } from './judge-orders.ts';

const text = string({ maxLength: 1_000_000 });

/** A case of `docs/formats/vectors/<format>/cases.json`, whose README says what `input` holds. */
const caseShape = object({ required: { name: text, clause: text, input: json, expected: json } });
const fileShape = object({ required: { format: text, about: json, cases: array(caseShape, { min: 1 }) } });

/** Reads a file of cases. Throws `JsonError` or `ShapeError`. */
export function parseVectors(bytes: Uint8Array): Infer<typeof fileShape> {
  return fileShape(parseJson(bytes), '');
}

const judgeCanonicalJson: Judge = async (input) => {
  const { base64 } = object({ required: { base64: text } })(input, 'input');
  return refusing([JsonError], () => ({ canonical: fromUtf8(canonicalJson(parseJson(fromBase64(base64)))) }));
};

const dsseShape = object({
  required: { envelope: text, payloadType: text, keys: array(text) },
  optional: { threshold: integer() },
});
const judgeDsse: Judge = async (input) => {
  const { envelope, keys, ...policy } = dsseShape(input, 'input');
  return refusing([DsseError], async () => {
    const payload = await verifyEnvelope(parseEnvelope(utf8(envelope)), { ...policy, keys: keys.map(fromHex) });
    return { payload: toBase64(payload.bytes) };
  });
};

const judgeModule: Judge = async (input) => {
  const { manifest, leaves } = object({ required: { manifest: text, leaves: text } })(input, 'input');
  return refusing([ModuleError], async () => {
    const read = parseManifest(utf8(manifest));
    const table = await verifyLeaves(read, fromBase64(leaves));
    return { files: read.files.map((file) => [file.href, file.chunkCount === 0 ? null : table.leafOf(file, 0)]) };
  });
};

const headShape = object({ required: { epoch: integer(), sequence: integer(), parcelId: text } });
const parcelShape = tagged('kind', {
  sequence: object({
    required: {
      kind: literal('sequence'),
      head: nullable(headShape),
      parcel: object({
        required: { deviceEpoch: integer(), sequence: integer(), previous: nullable(text), id: text },
      }),
    },
  }),
  file: object({ required: { kind: literal('file'), file: text, keys: array(text), identity: text } }),
  age: object({ required: { kind: literal('age'), ciphertext: text, identity: text } }),
});
const judgeParcel: Judge = async (input) => {
  const asked = parcelShape(input, 'input');
  switch (asked.kind) {
    case 'sequence':
      return judgeSequence(asked.head, asked.parcel);
    case 'age':
      return refusing([ParcelError], async () => ({
        plaintext: fromUtf8(await ageDecrypt(fromBase64(asked.ciphertext), asked.identity)),
      }));
    case 'file':
      return refusing([ParcelError], async () => {
        const opened = await openHeader(fromBase64(asked.file), asked.keys.map(fromHex));
        const { items, attachments } = await openContents(opened, asked.identity);
        return { id: opened.id, items, attachments: [...attachments.keys()].sort() };
      });
  }
};

const wordsShape = object({
  required: {
    kind: literal('words'),
    language: literal('nl', 'en'),
    signingKey: text,
    ageRecipient: text,
    stationReceiptKey: text,
    rootSha256: text,
    deviceNonce: text,
    stationNonce: text,
  },
});
const enrolmentShape = tagged('kind', {
  words: wordsShape,
  code: object({ required: { kind: literal('code'), typed: text } }),
});
const judgeEnrolment: Judge = async (input) => {
  const asked = enrolmentShape(input, 'input');
  if (asked.kind === 'code') return { code: normaliseCode(asked.typed) ?? null };
  return { words: await sixWords(asked, asked.language === 'nl' ? wordsNl : wordsEn) };
};

const statusShape = object({ required: {}, optional: { list: text, floors: text } });
const judgeStatus: Judge = async (input) => {
  const { list = '', floors } = statusShape(input, 'input');
  return refusing([LicenceError], () => {
    if (floors !== undefined) {
      const { app, metadata, licences } = parseFloors(utf8(floors));
      return { app, metadata, licences: [...licences] };
    }
    const { revokedDevices, suspendedDevices, withdrawn } = parseStatus(utf8(list));
    return {
      revoked: revokedDevices.map(({ deviceId }) => deviceId),
      suspended: suspendedDevices.map(({ deviceId, untilMs }) => [deviceId, untilMs]),
      withdrawn: withdrawn.map(({ path, version }) => [path, version]),
    };
  });
};

const levels = { standard: policyShape, institution: policyShape, group: policyShape };
const policyCase = object({
  required: {
    levels: object({ required: {}, optional: { ...levels, device: policyShape, person: policyShape } }),
    given: array(text),
  },
  optional: { capability: text, module: text, minuteOfDay: integer() },
});
const judgePolicy: Judge = async (input) => {
  const { levels: said, given, capability, module, minuteOfDay } = policyCase(input, 'input');
  if (capability !== undefined) return decideCapability(said, { capabilities: given, maxLicenceDays: 30 }, capability);
  return module === undefined ? decideHours(said, minuteOfDay ?? 0) : decideModule(said, module);
};

const answersShape = array(object({ required: { item: text, response: text, values: array(text) } }));
const judgeScores: Judge = async (input) => {
  const { quiz, answers } = object({ required: { quiz: json, answers: answersShape } })(input, 'input');
  const byItem = new Map<string, Map<string, readonly string[]>>();
  for (const { item, response, values } of answers) {
    byItem.set(item, new Map([...(byItem.get(item) ?? []), [response, values]]));
  }
  const { items, score, maxScore, isPassed } = judgeQuiz(parseQuiz(utf8(JSON.stringify(quiz))), byItem);
  return { items: items.map((one) => [one.verdict, one.score]), score, maxScore, passed: isPassed ?? null };
};

/** Every format that has cases in this form, by the name of its folder. */
export const JUDGES: Readonly<Record<string, Judge>> = {
  'canonical-json': judgeCanonicalJson,
  dsse: judgeDsse,
  module: judgeModule,
  licence: judgeLicenceCase,
  clock: judgeClock,
  parcel: judgeParcel,
  enrolment: judgeEnrolment,
  evidence: judgeEvidence,
  orders: judgeOrders,
  status: judgeStatus,
  policy: judgePolicy,
  quiz: judgeScores,
};
