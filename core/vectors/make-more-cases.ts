import { toBase64 } from '#core/bytes/base64.ts';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { encodeFloors } from '#core/licence/floors.ts';
import { encodeStatus } from '#core/licence/status.ts';
import { ageEncrypt } from '#core/parcel/age.ts';
import { sealParcel } from '#core/parcel/seal.ts';
import { AB, type MadeVector, one, refused, START_MS, testKey } from './make-cases.ts';

const CD = 'cd'.repeat(32);
const EF = 'ef'.repeat(32);
/** Test key, published here: it protects nothing. */
const IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';
const RECIPIENT = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';
const OTHER_IDENTITY = 'AGE-SECRET-KEY-1GDPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';

/** parcel.md. Sealing is random (4.3), so each making gives other bytes. */
export async function parcelCases(): Promise<MadeVector[]> {
  const [device, other] = [await testKey(6), await testKey(7)];
  const sequence = (clause: string, name: string, parcel: object, expected: object, head: object | null = HEAD) =>
    one(
      clause,
      name,
      { kind: 'sequence', head, parcel: { deviceEpoch: 1, sequence: 4, previous: CD, id: EF, ...parcel } },
      expected,
    );
  const HEAD = { epoch: 1, sequence: 3, parcelId: CD };
  const address = {
    ...({ direction: 'up', from: device.keyId, to: CD, siteId: 'site-one', deviceId: AB } as const),
    ...{ deviceEpoch: 1, stationEpoch: 1, sequence: 1, previous: null },
  };
  const items = [{ kind: 'message', id: AB, createdAtMs: START_MS, text: 'Dag' }] as const;
  const attachments = new Map([['essay.txt', utf8('an essay')]]);
  const sealed = await sealParcel({ address, items, attachments, signer: device, recipient: RECIPIENT });
  const keys = [toHex(device.publicKey)];
  const file = (bytes: Uint8Array, more: object = {}) => ({
    kind: 'file',
    file: toBase64(bytes),
    keys,
    identity: IDENTITY,
    ...more,
  });
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const ciphertext = await ageEncrypt(utf8('reading light'), RECIPIENT);
  const age = (bytes: Uint8Array) => ({ kind: 'age', ciphertext: toBase64(bytes), identity: IDENTITY });
  const scrypt = utf8(
    `age-encryption.org/v1\n-> scrypt ${'A'.repeat(22)} 18\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n`,
  );
  return [
    sequence('5.4', 'the next one', {}, { kind: 'next' }),
    sequence('5.1', 'the first one', { sequence: 1, previous: null }, { kind: 'next' }, null),
    sequence('5.4', 'the head again', { sequence: 3, id: CD }, { kind: 'duplicate' }),
    sequence('5.4', 'two are missing', { sequence: 6 }, { kind: 'gap', missing: [4, 5] }),
    sequence('5.3', 'another one at the same place', { sequence: 3 }, { kind: 'fork' }),
    sequence('5.4', 'it names another before it', { previous: EF }, { kind: 'fork' }),
    sequence('5.2', 'a new epoch begins at 1', { deviceEpoch: 2, sequence: 1, previous: null }, { kind: 'next' }),
    sequence('5.3', 'an epoch that has ended', {}, { kind: 'fork' }, { ...HEAD, epoch: 2 }),
    one('2', 'a parcel', file(sealed.bytes), { id: sealed.id, items, attachments: ['essay.txt'] }),
    one(
      '2.3',
      'the key of another device',
      file(sealed.bytes, { keys: [toHex(other.publicKey)] }),
      refused('BAD_SIGNATURE'),
    ),
    one(
      '2.5',
      'a last byte that was changed',
      file(flip(sealed.bytes, sealed.bytes.length - 1)),
      refused('WRONG_CIPHERTEXT'),
    ),
    one('2.5', 'cut short', file(sealed.bytes.subarray(0, -1)), refused('TRUNCATED')),
    one('2.5', 'a byte too many', file(new Uint8Array([...sealed.bytes, 0])), refused('WRONG_CIPHERTEXT')),
    one('2.1', 'another first line', file(flip(sealed.bytes, 18)), refused('MALFORMED')),
    one('4.1', 'age with one X25519 stanza', age(ciphertext), { plaintext: 'reading light' }),
    one('4.1', 'an age file that was changed', age(flip(ciphertext, ciphertext.length - 1)), refused('CANNOT_DECRYPT')),
    one('4.2', 'an age file for a passphrase', age(scrypt), refused('BAD_AGE_HEADER')),
    one('4.2', 'an empty file', age(new Uint8Array()), refused('BAD_AGE_HEADER')),
    one(
      '4.1',
      'a key with a wrong checksum',
      { ...age(ciphertext), identity: OTHER_IDENTITY },
      refused('CANNOT_DECRYPT'),
    ),
  ];
}

/** enrolment.md 1 and 3. */
export function enrolmentCases(): MadeVector[] {
  const asked = {
    ...{ kind: 'words', signingKey: CD, ageRecipient: RECIPIENT, stationReceiptKey: EF, rootSha256: CD },
    ...{ deviceNonce: AB, stationNonce: 'cd'.repeat(16) },
  };
  const words = (joined: string) => ({ words: joined.split(' ') });
  const code = (clause: string, name: string, typed: string, expected: string | null) =>
    one(clause, name, { kind: 'code', typed }, { code: expected });
  return [
    one(
      '3.2',
      'the words in English',
      { ...asked, language: 'en' },
      words('olive journey board triangle friend hammer'),
    ),
    one('3.2', 'the words in Dutch', { ...asked, language: 'nl' }, words('olifant koffie bord vriend hotel kameel')),
    one(
      '3.2',
      'another root gives other words',
      { ...asked, language: 'en', rootSha256: EF },
      words('tree lunch album basket honey salt'),
    ),
    code('1.2', 'as it is shown', '7K3M9-QX2TB', '7K3M9QX2TB'),
    code('1.2', 'small letters, blanks and another dash', ' 7k3m9 – qx 2tb', '7K3M9QX2TB'),
    code('1.2', 'O is 0, I and L are 1', 'o1il0-abcde', '01110ABCDE'),
    code('1.1', 'a U is in no code', 'U1110-ABCDE', null),
    code('1.1', 'nine characters', '01110-ABCD', null),
  ];
}

/** status-and-authorities.md 2. */
export function statusCases(): MadeVector[] {
  const list = {
    version: 4,
    revokedDevices: [{ deviceId: AB, reason: 'stolen', revokedAtMs: START_MS }],
    suspendedDevices: [{ deviceId: AB, reason: 'asked', suspendedAtMs: START_MS, untilMs: null }],
    withdrawn: [{ path: 'courses/maths/week-1.json', version: null, reason: 'an error' }],
  };
  const written = fromUtf8(encodeStatus(list));
  const read = { revoked: [AB], suspended: [[AB, null]], withdrawn: [['courses/maths/week-1.json', null]] };
  const malformed = refused('MALFORMED');
  const floors = fromUtf8(
    encodeFloors({ app: '1.10.0', metadata: { root: 4, snapshot: 7 }, licences: new Map([[AB, 3]]) }),
  );
  return [
    one('2', 'a list', { list: written }, read),
    one('2', 'members that are not known', { list: written.replace('{', '{"later":[1],') }, read),
    one('2', 'no version', { list: written.replace('"version":4', '"v":4') }, malformed),
    one('2', 'version 0', { list: written.replace('"version":4', '"version":0') }, malformed),
    one('2', 'a device id of another length', { list: written.replace(AB, 'ab') }, malformed),
    one('2', 'one member twice', { list: written.replace('{', '{"version":9,') }, malformed),
    one('5', 'floors', { floors }, { app: '1.10.0', metadata: { root: 4, snapshot: 7 }, licences: [[AB, 3]] }),
    one(
      '5',
      'floors that set none',
      { floors: '{}' },
      { app: '0.0.0', metadata: { root: 0, snapshot: 0 }, licences: [] },
    ),
    one('5', 'an app version that is none', { floors: floors.replace('1.10.0', '1.10') }, malformed),
    one('5', 'a root without a snapshot', { floors: floors.replace(',"snapshot":7', '') }, malformed),
    one('5', 'a serial 0', { floors: floors.replace('"serial":3', '"serial":0') }, malformed),
    one(
      '5',
      'a number that no honest work reaches',
      { floors: floors.replace('"root":4', '"root":1000000001') },
      malformed,
    ),
  ];
}

/** policy.md 2 and 3. */
export function policyCases(): MadeVector[] {
  const given = ['read', 'write', 'scripts'];
  const open = (level: string, rule: string) => ({ open: true, level, rule });
  const closed = (level: string, rule?: string) => ({ open: false, level, ...(rule === undefined ? {} : { rule }) });
  const capability = (name: string, levels: object, expected: object, asked = 'write') =>
    one('2', name, { levels, given, capability: asked }, expected);
  const module = (name: string, levels: object, expected: object) =>
    one('2.3', name, { levels, given, module: 'courses/maths/week-1.json' }, expected);
  const hours = (name: string, levels: object, minuteOfDay: number, expected: object) =>
    one('3', name, { levels, given, minuteOfDay }, expected);
  const night = { institution: { hours: { from: '22:00', until: '06:30' } } };
  return [
    capability('nobody opens it', {}, closed('nobody')),
    capability('the institution opens it', { institution: { allow: ['write'] } }, open('institution', 'write')),
    capability(
      'the narrower level is heard',
      { institution: { deny: ['write'] }, person: { allow: ['write'] } },
      open('person', 'write'),
    ),
    capability(
      'the narrower level closes',
      { institution: { allow: ['write'] }, device: { deny: ['write'] } },
      closed('device', 'write'),
    ),
    capability(
      'in one level the denial wins',
      { group: { allow: ['write'], deny: ['write'] } },
      closed('group', 'write'),
    ),
    capability('what the authorities do not give', { person: { allow: ['print'] } }, closed('authorities'), 'print'),
    module('a pattern of the standard', { standard: { allowModules: ['*'] } }, open('standard', '*')),
    module(
      'in one level more parts spelt out win',
      { group: { allowModules: ['courses/maths/*'], denyModules: ['*'] } },
      open('group', 'courses/maths/*'),
    ),
    module(
      'of two equals the denial wins',
      { group: { allowModules: ['courses/maths/*'], denyModules: ['courses/*/week-1.json'] } },
      closed('group', 'courses/*/week-1.json'),
    ),
    module(
      'a narrower level with a wider pattern',
      { standard: { allowModules: ['courses/maths/*'] }, person: { denyModules: ['*'] } },
      closed('person', '*'),
    ),
    hours('no level names hours', {}, 0, open('standard', '00:00–24:00')),
    hours('over midnight: the last minute before it begins', night, 22 * 60 - 1, closed('institution', '22:00–06:30')),
    hours('over midnight: midnight', night, 0, open('institution', '22:00–06:30')),
    hours('the end is not included', night, 6 * 60 + 30, closed('institution', '22:00–06:30')),
  ];
}

/** quiz.md: one question with one right answer, one with points for each, one for a person. */
export function quizCases(): MadeVector[] {
  const choices = ['A', 'B', 'C'].map((id) => ({ id, body: [id] }));
  const set = (value: object) => ({ kind: 'set', id: 'SCORE', value });
  const number = (value: string) => ({ kind: 'baseValue', baseType: 'float', value });
  const match = {
    kind: 'operator',
    name: 'match',
    operands: [
      { kind: 'variable', id: 'R' },
      { kind: 'correct', id: 'R' },
    ],
  };
  const base = (id: string, cardinality: string, more: object) => ({
    ...{ id, title: id, body: [{ kind: 'interaction', response: 'R' }], feedback: [] },
    interactions: [{ kind: 'choice', response: 'R', maxChoices: 0, choices }],
    outcomes: [{ id: 'SCORE', cardinality: 'single', baseType: 'float' }],
    responses: [{ id: 'R', cardinality, baseType: 'identifier', ...more }],
  });
  const quiz = {
    ...{ format: 'leeslicht-quiz-v1', id: 'quiz', title: 'Quiz', language: 'en', passFraction: 0.5 },
    items: [
      {
        ...base('single', 'single', { correct: ['A'] }),
        processing: [
          { kind: 'if', branches: [{ condition: match, rules: [set(number('1'))] }], otherwise: [set(number('0'))] },
        ],
        maxScore: 1,
      },
      {
        ...base('several', 'multiple', {
          mapping: {
            default: -1,
            lower: 0,
            entries: [
              { key: 'A', points: 1 },
              { key: 'B', points: 2 },
            ],
          },
        }),
        processing: [set({ kind: 'mapResponse', id: 'R' })],
        maxScore: 3,
      },
      { ...base('open', 'single', {}), processing: [], maxScore: null },
    ],
  };
  const ask = (answers: Readonly<Record<string, readonly string[]>>) => ({
    quiz,
    answers: Object.entries(answers).map(([item, values]) => ({ item, response: 'R', values })),
  });
  const open = ['unanswered', null];
  return [
    one('5', 'nothing is answered', ask({}), {
      items: [['unanswered', 0], ['unanswered', 0], open],
      score: 0,
      maxScore: 4,
      passed: false,
    }),
    one('5', 'all is right', ask({ single: ['A'], several: ['B', 'A'], open: ['C'] }), {
      items: [
        ['right', 1],
        ['right', 3],
        ['open', null],
      ],
      score: 4,
      maxScore: 4,
      passed: true,
    }),
    one('5', 'part is right', ask({ single: ['B'], several: ['B'] }), {
      items: [['wrong', 0], ['partly', 2], open],
      score: 2,
      maxScore: 4,
      passed: true,
    }),
    one('5', 'wrong choices cost points, but no more than there are', ask({ several: ['A', 'C'] }), {
      items: [['unanswered', 0], ['wrong', 0], open],
      score: 0,
      maxScore: 4,
      passed: false,
    }),
  ];
}
