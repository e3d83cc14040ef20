import { toBase64 } from '#core/bytes/base64.ts';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { encodeEnvelope, signEnvelope } from '#core/dsse/dsse.ts';
import { formatInstant } from '#core/json/instant.ts';
import { encodeFloors, type Floors } from '#core/licence/floors.ts';
import { DAY_MS, encodeLicence, LICENCE_TYPE, type Licence } from '#core/licence/licence.ts';
import { encodeStatus } from '#core/licence/status.ts';
import { ASSIGNMENT_TYPE } from '#core/module/assignment.ts';
import { fileDigest } from '#core/module/leaves.ts';
import { manifestKeys } from '#core/module/manifest.ts';

/** A case before it is written: `input` and `expected` are plain data. */
export interface MadeVector {
  readonly name: string;
  readonly clause: string;
  readonly input: object;
  readonly expected: unknown;
}

/** A key of the vectors: its seed is 32 times one byte, and everybody knows it. */
export const testKey = (fill: number): Promise<Signer> => signerFromSeed(new Uint8Array(32).fill(fill));
/** A case. */
export const one = (clause: string, name: string, input: object, expected: unknown): MadeVector => ({
  ...{ name, clause, input },
  expected,
});
/** `2026-09-21T14:13:20Z`. */
export const START_MS = 1_790_000_000_000;
const HOUR = 3_600_000;
/** 16 bytes in hex. */
export const AB = 'ab'.repeat(16);
/** The verdict of an error. */
export const refused = (code: string) => ({ refused: code });

/** canonical-json.md. */
export function canonicalCases(): MadeVector[] {
  const json = (clause: string, name: string, source: string | Uint8Array, expected: unknown) =>
    one(clause, name, { base64: toBase64(typeof source === 'string' ? utf8(source) : source) }, expected);
  return [
    json('1.4', 'members in the order of code points', '{ "b": 1, "a": [true, null], "": {} }', {
      canonical: '{"":{},"a":[true,null],"b":1}',
    }),
    json('1.4', 'a sign above U+FFFF comes after one below it', '{"\\ud83d\\ude00":1,"\\uffee":2}', {
      canonical: '{"\uffee":2,"\u{1f600}":1}',
    }),
    json('1.3', 'only quote and backslash are escaped', '"\\u0041\\n\\"\\\\\\/"', { canonical: '"A\n\\"\\\\/"' }),
    json('1.2', 'a fraction has no canonical form', '[0.5]', refused('NOT_INTEGER')),
    json('2', 'one key twice', '{"a":1,"a":1}', refused('DUPLICATE_KEY')),
    json('2', 'one key twice, once escaped', '{"a":1,"\\u0061":1}', refused('DUPLICATE_KEY')),
    json('2', 'a byte order mark', '\ufeff{}', refused('BYTE_ORDER_MARK')),
    json('2', 'bytes that are no UTF-8', new Uint8Array([0x22, 0xc0, 0x80, 0x22]), refused('NOT_UTF8')),
    json('2', 'half a surrogate pair', '"\\ud800"', refused('LONE_SURROGATE')),
    json('2', 'a whole number that a double cannot hold', '[9007199254740993]', refused('NUMBER_RANGE')),
    json('2', 'nested 65 deep', '['.repeat(65) + ']'.repeat(65), refused('TOO_DEEP')),
    json('2', 'a comma too many', '[1,]', refused('SYNTAX')),
  ];
}

/** dsse.md. */
export async function dsseCases(): Promise<MadeVector[]> {
  const [a, b, c] = [await testKey(1), await testKey(2), await testKey(3)];
  const payload = utf8('hello world');
  const payloadType = 'http://example.com/HelloWorld';
  const both = await signEnvelope(payloadType, payload, [a, b]);
  const twice = await signEnvelope(payloadType, payload, [a, a]);
  const write = (envelope: typeof both) => fromUtf8(encodeEnvelope(envelope));
  const ask = (envelope: string, keys: readonly Signer[], threshold: number, type = payloadType) => ({
    ...{ envelope, payloadType: type, threshold },
    keys: keys.map(({ publicKey }) => toHex(publicKey)),
  });
  const good = { payload: toBase64(payload) };
  const wrongHint = { ...both, signatures: both.signatures.map(({ sig }) => ({ keyid: '00', sig })) };
  const few = refused('NOT_ENOUGH_SIGNATURES');
  return [
    one('3', 'two signatures of two keys', ask(write(both), [a, b], 2), good),
    one('3', 'one signature of three keys', ask(write(both), [c, b, a], 1), good),
    one('3.5', 'key ids that lie', ask(write(wrongHint), [a, b], 2), good),
    one('3.4', 'one key that signed twice counts once', ask(write(twice), [a, b], 2), few),
    one('3', 'a key that did not sign', ask(write(both), [c], 1), few),
    one(
      '3',
      'a payload that was changed',
      ask(write({ ...both, payload: toBase64(utf8('hello World')) }), [a], 1),
      few,
    ),
    one('3', 'another type under the same signature', ask(write({ ...both, payloadType: 'x' }), [a], 1, 'x'), few),
    one('3', 'not the type that was asked for', ask(write(both), [a], 1, 'x'), refused('WRONG_TYPE')),
    one('3', 'no JSON', ask('x', [a], 1), refused('MALFORMED')),
    one(
      '3',
      'base64 with bits behind its last byte',
      ask(write({ ...both, payload: 'aGk=' }).replace('aGk=', 'aGl='), [a], 1),
      refused('MALFORMED'),
    ),
  ];
}

/** module.md: a manifest of three small files with its leaves. */
export async function moduleCases(): Promise<MadeVector[]> {
  const files = [
    ['week-1.html', 'text/html', utf8('<h1>One</h1>')],
    ['empty.txt', 'text/plain', new Uint8Array()],
    ['notes/two.html', 'text/html', utf8('<h1>Two</h1>')],
  ] as const;
  const hashes = await Promise.all(files.map(([, , bytes]) => sha256Hex(bytes)));
  const leavesHex = files.map(([, , bytes], index) => (bytes.length > 0 ? (hashes[index] ?? '') : '')).join('');
  const leaves = Uint8Array.from(leavesHex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const links: { readonly href: string; readonly type: string; readonly properties: object }[] = [];
  let from = 0;
  for (const [href, type, bytes] of files) {
    const own = leaves.subarray(from, from + (bytes.length > 0 ? 32 : 0));
    from += own.length;
    const digest = await fileDigest(bytes.length, 1024 * 1024, own);
    links.push({ href, type, properties: { [manifestKeys.length]: bytes.length, [manifestKeys.digest]: digest } });
  }
  const manifest = {
    '@context': manifestKeys.context,
    metadata: {
      ...{ identifier: 'urn:leeslicht:module:maths/week-1', title: 'Week 1', language: 'en' },
      ...{ modified: '2026-09-21T14:13:20Z', [manifestKeys.version]: '1.0.0' },
    },
    [manifestKeys.leaves]: { sha256: await sha256Hex(leaves), length: leaves.length },
    readingOrder: links,
  };
  const ask = (document: object, table: Uint8Array = leaves) => ({
    manifest: JSON.stringify(document),
    leaves: toBase64(table),
  });
  const withHref = (href: string) => ({ ...manifest, readingOrder: [{ ...links[0], href }, ...links.slice(1)] });
  const [first, empty, second] = links;
  const withSheet = (kind: string, sheet = 'empty.txt') => ({
    ...manifest,
    readingOrder: [
      {
        ...first,
        properties: { ...first?.properties, [manifestKeys.kind]: kind, [manifestKeys.sheet]: sheet },
      },
    ],
    resources: [{ ...empty, type: ASSIGNMENT_TYPE }, second],
  });
  const allFiles = {
    files: [
      ['week-1.html', hashes[0]],
      ['empty.txt', null],
      ['notes/two.html', hashes[2]],
    ],
  };
  const changed = leaves.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
  const sworn = { sha256: await sha256Hex(changed), length: changed.length };
  return [
    one('3.3', 'leaves that belong to their manifest; an empty file has none', ask(manifest), allFiles),
    one('3.3', 'a leaf that was changed', ask(manifest, changed), refused('LEAVES_MISMATCH')),
    one('3.3', 'leaves cut short', ask(manifest, leaves.subarray(0, 32)), refused('LEAVES_LENGTH')),
    one(
      '3.2',
      "leaves that the table's hash covers and the file's digest does not",
      ask({ ...manifest, [manifestKeys.leaves]: sworn }, changed),
      refused('FILE_MISMATCH'),
    ),
    one('2.4', 'a name that leads out', ask(withHref('../week-1.html')), refused('BAD_HREF')),
    one('2.4', 'a name in another Unicode form', ask(withHref('e\u0301.html')), refused('BAD_HREF')),
    one('2', 'two names that differ in case', ask(withHref('EMPTY.TXT')), refused('DUPLICATE_HREF')),
    one('5.2', 'a page with its answer sheet', ask(withSheet('page')), allFiles),
    one('5.2', 'a sheet that is no file of the module', ask(withSheet('page', 'none.json')), refused('BAD_MANIFEST')),
    one('5.2', 'a sheet that is no assignment', ask(withSheet('page', 'notes/two.html')), refused('BAD_MANIFEST')),
    one('5.2', 'a sheet of something else than a page', ask(withSheet('pdf')), refused('BAD_MANIFEST')),
    one('2', 'no manifest', { manifest: '{}', leaves: '' }, refused('BAD_MANIFEST')),
  ];
}

/** licence.md 3 and 4. */
export async function licenceCases(): Promise<MadeVector[]> {
  const [site, other] = [await testKey(4), await testKey(5)];
  const recipient = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';
  const licence: Licence = {
    ...{ id: AB, serial: 3, previous: null, deviceId: AB, learnerId: 'learner-1', siteId: 'site-one' },
    ...{ siteName: 'Site one', whereToSync: 'Room 4', nonce: AB, issuedAtMs: START_MS, notBeforeMs: START_MS },
    ...{ expiresAtMs: START_MS + 30 * DAY_MS, capabilities: ['read'], modules: ['*'], regime: { dailyHours: 10 } },
    deviceKeys: { signing: 'cd'.repeat(32), age: recipient },
  };
  const sign = async (change: Partial<Licence> = {}, signer = site) =>
    fromUtf8(encodeEnvelope(await signEnvelope(LICENCE_TYPE, encodeLicence({ ...licence, ...change }), [signer])));
  const envelope = await sign();
  const at = formatInstant;
  const key = { public: toHex(site.publicKey), notBefore: at(START_MS - DAY_MS), notAfter: at(START_MS + 90 * DAY_MS) };
  const grant = { siteId: 'site-one', maxLicenceDays: 30, capabilities: ['read'] };
  const ask = (change: object = {}) => ({
    ...{ envelope, licenceKeys: [key], deviceId: AB, now: at(START_MS + DAY_MS), grant },
    ...change,
  });
  const says = (verdict: object, mayRead = false) => ({ verdict, mayRead });
  const end = licence.expiresAtMs;
  const list = (entry: object) => fromUtf8(encodeStatus({ version: 1, revokedDevices: [], withdrawn: [], ...entry }));
  const revoked = list({ revokedDevices: [{ deviceId: AB, reason: 'stolen', revokedAtMs: START_MS }] });
  const suspended = list({
    suspendedDevices: [{ deviceId: AB, reason: 'asked', suspendedAtMs: START_MS, untilMs: START_MS + 2 * DAY_MS }],
  });
  const bad = says({ kind: 'badSignature' });
  const device = { app: '1.9.0', metadata: { root: 4, snapshot: 7 } };
  const floorsAt: Floors = { ...device, licences: new Map([[AB, 3]]) };
  const least = (changes: readonly Partial<Floors>[], change: object = {}) =>
    ask({ floors: changes.map((one) => fromUtf8(encodeFloors({ ...floorsAt, ...one }))), device, ...change });
  const outdated = (what: string) => says({ kind: 'outdated', what });
  const reads = says({ kind: 'current', daysLeft: 29, expiresAtMs: end }, true);
  return [
    one('4', 'the second day', ask(), says({ kind: 'current', daysLeft: 29, expiresAtMs: end }, true)),
    one(
      '4',
      'eight days before the end',
      ask({ now: at(end - 8 * DAY_MS) }),
      says({ kind: 'current', daysLeft: 8, expiresAtMs: end }, true),
    ),
    one(
      '4',
      'seven days before the end',
      ask({ now: at(end - 7 * DAY_MS) }),
      says({ kind: 'dueSoon', days: 7, expiresAtMs: end }, true),
    ),
    one(
      '4.2',
      'a millisecond before the end',
      ask({ now: at(end - 1) }),
      says({ kind: 'dueSoon', days: 1, expiresAtMs: end }, true),
    ),
    one('4.2', 'the end itself', ask({ now: at(end) }), says({ kind: 'expired', sinceMs: end, by: 'time' })),
    one(
      '4.2',
      'a millisecond before it begins',
      ask({ now: at(START_MS - 1) }),
      says({ kind: 'notYetValid', fromMs: START_MS }),
    ),
    one(
      '4.3',
      'all hours of use are used',
      ask({ usedMs: 310 * HOUR }),
      says({ kind: 'expired', sinceMs: START_MS + DAY_MS, by: 'use' }),
    ),
    one(
      '4.3',
      'all sessions are used',
      ask({ sessions: 1000 }),
      says({ kind: 'expired', sinceMs: START_MS + DAY_MS, by: 'sessions' }),
    ),
    one(
      '4.3',
      'a clock behind, with hours left',
      ask({ certainty: 'uncertain', uncertainHoursLeft: 5 }),
      says({ kind: 'clockUncertain', hoursLeft: 5, by: 'behind' }, true),
    ),
    one(
      '4.3',
      'a clock behind, and no hours left',
      ask({ certainty: 'uncertain', uncertainHoursLeft: 0 }),
      says({ kind: 'clockUncertain', hoursLeft: 0, by: 'behind' }),
    ),
    one('4', 'revoked by the status list', ask({ status: revoked }), says({ kind: 'revoked', reason: 'stolen' })),
    one(
      '4',
      'suspended until tomorrow',
      ask({ status: suspended }),
      says({ kind: 'suspended', reason: 'asked', untilMs: START_MS + 2 * DAY_MS }),
    ),
    one(
      '4',
      'the suspension is over',
      ask({ status: suspended, now: at(START_MS + 2 * DAY_MS) }),
      says({ kind: 'current', daysLeft: 28, expiresAtMs: end }, true),
    ),
    one('4', 'the licence of another device', ask({ deviceId: 'cd'.repeat(16) }), says({ kind: 'wrongDevice' })),
    one('3.1', "signed with a key that is not the site's", ask({ envelope: await sign({}, other) }), bad),
    one('3.1', 'issued before the key began', ask({ licenceKeys: [{ ...key, notBefore: at(START_MS + 1) }] }), bad),
    one('3.1', 'issued as the key ended', ask({ licenceKeys: [{ ...key, notAfter: at(START_MS) }] }), bad),
    one('3.2', 'a licence of 30 days and a millisecond', ask({ envelope: await sign({ expiresAtMs: end + 1 }) }), bad),
    one('3.4', 'a licence longer than the grant', ask({ grant: { ...grant, maxLicenceDays: 29 } }), bad),
    one('3.4', 'a licence of another site', ask({ grant: { ...grant, siteId: 'site-two' } }), bad),
    one('4', 'at the floors to the number', least([{}]), reads),
    one('4', 'an app below the floor', least([{ app: '1.10.0' }]), outdated('app')),
    one('4', 'lists from before the floor’s root', least([{ metadata: { root: 5, snapshot: 1 } }]), outdated('lists')),
    one(
      '4',
      'an older snapshot under the floor’s root',
      least([{ metadata: { root: 4, snapshot: 8 } }]),
      outdated('lists'),
    ),
    one(
      '4',
      'a later root than the floor’s begins snapshots anew',
      least([{ metadata: { root: 3, snapshot: 99 } }]),
      reads,
    ),
    one('4', 'a licence below the floor of its device', least([{ licences: new Map([[AB, 4]]) }]), outdated('licence')),
    one('4', 'a floor of another device', least([{ licences: new Map([['cd'.repeat(16), 9]]) }]), reads),
    one('4', 'a later file lowers nothing', least([{ app: '2.0.0' }, { app: '1.0.0' }]), outdated('app')),
    one('4', 'revoked comes before outdated', least([{ app: '2.0.0' }], { status: revoked }), {
      ...says({ kind: 'revoked', reason: 'stolen' }),
    }),
  ];
}

/** clock.md: sequences of events, and what the device says after each. */
export function clockCases(): MadeVector[] {
  const event = (kind: string, wall: number, mono: number, more: object = {}, boot = 'a') => ({
    ...{ kind, wallMs: START_MS + wall, monotonicMs: mono, boot },
    ...more,
  });
  const sure = (now: number, usedMs: number, sessions = 0) => ({
    ...{ nowMs: START_MS + now, certainty: 'certain', usedMs, sessions },
  });
  const unsure = (now: number, hours: number, usedMs: number, sessions = 0) => ({
    ...sure(now, usedMs, sessions),
    ...{ certainty: 'uncertain', uncertainHoursLeft: hours, uncertainBy: 'behind' },
  });
  const start = event('session', 0, 0);
  const hour = event('tick', HOUR, HOUR, { usedMs: HOUR });
  const back = event('tick', -10 * DAY_MS, 2 * HOUR, { usedMs: HOUR });
  const ask = event('ask', 0, 1000, { nonce: AB });
  const answer = (mono: number, more: object = {}, boot = 'a') =>
    event('answer', 0, mono, { nonce: AB, timeMs: START_MS - 20 * DAY_MS, ...more }, boot);
  const asked = [start, ask];
  const calm = [sure(0, 0), sure(1000, 0)];
  const MINUTE = 60_000;
  return [
    one('2.1', 'an honest hour', { events: [start, hour] }, [sure(0, 0), sure(HOUR, HOUR, 1)]),
    one('2.4', 'a clock set back by ten days', { events: [start, hour, back] }, [
      ...[sure(0, 0), sure(HOUR, HOUR, 1)],
      unsure(2 * HOUR, 71, 2 * HOUR, 1),
    ]),
    one(
      '2.3',
      'a jump forward of 40 days raises the mark only after ten minutes of use',
      {
        events: [
          start,
          event('tick', 40 * DAY_MS, 9 * MINUTE, { usedMs: 9 * MINUTE }),
          event('tick', 10 * MINUTE, 10 * MINUTE, { usedMs: MINUTE }),
        ],
      },
      [sure(0, 0), sure(40 * DAY_MS, 9 * MINUTE, 1), sure(10 * MINUTE, 10 * MINUTE, 1)],
    ),
    one('4.3', 'a new licence begins new budgets', { events: [start, hour, event('renew', HOUR, HOUR)] }, [
      ...[sure(0, 0), sure(HOUR, HOUR, 1)],
      sure(HOUR, 0),
    ]),
    one('3.2', 'the answer of a station lowers the mark', { events: [...asked, answer(2000)] }, [
      ...calm,
      sure(-20 * DAY_MS, 0),
    ]),
    one('3.2', 'an answer nobody asked for', { events: [start, answer(2000)] }, [sure(0, 0), refused('NO_QUESTION')]),
    one('3.2', 'an answer to another question', { events: [...asked, answer(2000, { nonce: 'cd' })] }, [
      ...calm,
      refused('WRONG_NONCE'),
    ]),
    one('3.2', 'an answer after ten minutes', { events: [...asked, answer(1001 + 10 * MINUTE)] }, [
      ...calm,
      refused('TOO_OLD'),
    ]),
    one('3.2', 'an answer after a reboot', { events: [...asked, answer(2000, {}, 'b')] }, [
      ...calm,
      refused('OTHER_BOOT'),
    ]),
    one(
      '3.5',
      'a time that came on a stick never lowers the mark',
      {
        events: [start, event('carried', 0, 0, { timeMs: START_MS - DAY_MS })],
      },
      [sure(0, 0), sure(0, 0)],
    ),
    one(
      '3.5',
      'a time that came on a stick raises the mark',
      {
        events: [start, event('carried', 0, 0, { timeMs: START_MS + DAY_MS })],
      },
      [sure(0, 0), unsure(DAY_MS, 72, 0)],
    ),
  ];
}

/** What the maker of a file of cases answers, as its text. */
export function writeCases(format: string, about: string, cases: readonly MadeVector[]): string {
  return `${JSON.stringify({ format, about, cases }, null, 1)}\n`;
}
