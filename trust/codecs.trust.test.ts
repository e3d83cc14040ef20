import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from '#core/bytes/base64.ts';
import { equalBytes, fromUtf8, toBytes, utf8 } from '#core/bytes/bytes.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { encodeTimeStatement, parseTimeStatement, TIME_TYPE } from '#core/clock/time-statement.ts';
import { openSlots, sealSlots, startSession } from '#core/clock/trusted-time.ts';
import { countProofs } from '#core/count-proofs.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import {
  encodeEnvelope,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
  type VerifiedPayload,
  verifyEnvelope,
} from '#core/dsse/dsse.ts';
import { formatCode, makeCode, normaliseCode } from '#core/enrolment/code.ts';
import { encodeHandover, HANDOVER_TYPE, parseHandover } from '#core/enrolment/handover.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest, parseEnrolmentRequest } from '#core/enrolment/request.ts';
import { wordsOver } from '#core/enrolment/words.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant, parseInstant } from '#core/json/instant.ts';
import { type JsonValue, parseJson } from '#core/json/strict-json.ts';
import { encodeStationAuthority, parseStationAuthority } from '#core/licence/authorities.ts';
import { encodeLicence, LICENCE_TYPE, parseLicence } from '#core/licence/licence.ts';
import { encodeLicenceRequest, LICENCE_REQUEST_TYPE, parseLicenceRequest } from '#core/licence/request.ts';
import { encodeStatus, parseStatus } from '#core/licence/status.ts';
import { fileDigest, verifyLeaves } from '#core/module/leaves.ts';
import { manifestKeys, parseManifest } from '#core/module/manifest.ts';
import { packArchive, unpackArchive } from '#core/parcel/archive.ts';
import { toBech32 } from '#core/parcel/bech32.ts';
import { encodeHeader, parseHeader } from '#core/parcel/header.ts';
import { openHeader } from '#core/parcel/parcel-file.ts';
import {
  ACK_TYPE,
  encodeAck,
  encodeReceipt,
  encodeRefusal,
  parseAck,
  parseReceipt,
  parseRefusal,
  RECEIPT_TYPE,
  REFUSAL_TYPE,
} from '#core/parcel/receipt.ts';
import { openContents, sealParcel } from '#core/parcel/seal.ts';
import { buildIndex, openIndex } from '#core/search/index-format.ts';

const RUNS = Number(process.env['LEESLICHT_CODEC_RUNS'] ?? 300);
const signer = await signerFromSeed(new Uint8Array(32).fill(7));
const keys = [signer.publicKey];

const bytes = fc.uint8Array({ maxLength: 300 });
const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const text = (maxLength: number, minLength = 0) =>
  fc.string({ unit: 'grapheme', maxLength, minLength }).map((one) => one.normalize('NFC'));
const ms = fc.integer({ min: 0, max: 253_402_300_799_999 });
const id = hex(16);
const hash = hex(32);
const site = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const recipient = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => toBech32('age', key));
const count = fc.integer({ min: 1, max: 1_000_000 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const proved = countProofs();

/** Holds for so many made-up values. */
const holds = <T>(arbitrary: fc.Arbitrary<T>, act: (value: T) => void | Promise<void>, numRuns = RUNS) =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (value) => {
      await act(value);
      proved('property runs');
    }),
    { numRuns },
  );

async function signedAs(payloadType: string, payload: Uint8Array): Promise<VerifiedPayload> {
  return verifyEnvelope(await signEnvelope(payloadType, payload, [signer]), { payloadType, keys });
}

describe('texts for bytes', () => {
  test.each([
    ['base64', toBase64, fromBase64],
    ['base64url', toBase64Url, fromBase64Url],
    ['hexadecimal', toHex, fromHex],
  ] as const)('%s reads back, and every text that it reads is the one it writes', async (_name, write, read) => {
    await holds(bytes, (value) => expect(read(write(value))).toEqual(toBytes(value)));
    await holds(fc.tuple(bytes, fc.nat(), fc.string({ minLength: 1, maxLength: 1 })), ([value, at, other]) => {
      const good = write(value);
      const place = at % (good.length + 1);
      const changed = good.slice(0, place) + other + good.slice(place + 1);
      let again: string;
      try {
        again = write(read(changed));
      } catch {
        return; // refused
      }
      expect(again).toBe(changed);
    });
  });

  test('bech32 gives every key another text of 62 characters', async () => {
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await holds(fc.tuple(key, key), ([a, b]) => {
      expect(toBech32('age', a)).toMatch(/^age1[02-9ac-hj-np-z]{58}$/);
      expect(toBech32('age', a) === toBech32('age', b)).toBe(equalBytes(a, b));
    });
  });

  test('UTF-8 reads back, byte order marks and all', async () => {
    await holds(fc.string({ unit: 'grapheme' }), (value) => expect(fromUtf8(utf8(value))).toBe(value));
  });
});

describe('JSON', () => {
  // Whole numbers that a double cannot hold exactly are refused, and have tests of their own.
  const isExact = (one: unknown): boolean => {
    if (typeof one === 'number') return !Number.isInteger(one) || Number.isSafeInteger(one);
    return typeof one !== 'object' || one === null || Object.values(one).every(isExact);
  };
  const written = fc.json({ maxDepth: 5 }).filter((one) => isExact(JSON.parse(one)));
  const canonical = fc
    .letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger().map((one) => one + 0),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 5 }),
      ),
    }))
    .value.filter((one) => JSON.stringify(one) !== undefined);

  test('the strict reader sees what JSON.parse sees', async () => {
    await holds(written, (one) => expect(parseJson(utf8(one))).toEqual(JSON.parse(one)));
  });

  test('canonical JSON reads back, and is the same whatever the order of members', async () => {
    await holds(canonical, (one) => {
      const written = canonicalJson(one);
      const read = parseJson(written);
      expect(read).toEqual(one);
      expect(canonicalJson(read)).toEqual(written);
      expect(canonicalJson(turned(one))).toEqual(written);
    });
  });

  function turned(one: JsonValue): JsonValue {
    if (Array.isArray(one)) return one.map(turned);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one)
        .map(([key, member]) => [key, turned(member)] as const)
        .reverse(),
    );
  }

  test('instants read back, in the order of time', async () => {
    await holds(ms, (at) => expect(parseInstant(formatInstant(at))).toBe(at));
    await holds(ms, (at) => expect(Date.parse(formatInstant(at))).toBe(at));
  });
});

/** A document that travels under a signature: what it is made of, how it is written, how it is read. */
interface Signed<T> {
  readonly name: string;
  readonly type: string;
  readonly values: fc.Arbitrary<T>;
  encode(value: T): Uint8Array;
  parse(payload: VerifiedPayload): T;
}

const licences = fc.record({
  ...{ id, serial: count, previous: nullable(hash), deviceId: id, learnerId: text(20, 1), siteId: site },
  ...{ siteName: text(20), nonce: id, whereToSync: text(20), issuedAtMs: fc.constant(1_790_000_000_000) },
  deviceKeys: fc.record({ signing: hash, age: recipient }),
  notBeforeMs: fc.constant(1_790_000_000_000),
  expiresAtMs: fc.integer({ min: 1_790_000_000_001, max: 1_790_000_000_000 + 30 * 86_400_000 }),
  capabilities: fc.array(text(20, 1), { maxLength: 4 }),
  modules: fc.array(text(20, 1), { maxLength: 4 }),
  regime: fc.record(
    {
      dailyHours: fc.integer({ min: 1, max: 24 }),
      readFrom: fc.constantFrom('00:00', '07:30', '23:59'),
      readUntil: fc.constantFrom('00:00', '22:00'),
      timeZone: fc.constantFrom('Europe/Amsterdam', 'UTC'),
    },
    { requiredKeys: ['dailyHours'] },
  ),
});
const signedDocument = <T>(one: Signed<T>): Signed<T> => one;
const prove = async <T>({ type, values, encode, parse }: Signed<T>) => {
  await holds(values, async (value) => {
    const payload = encode(value);
    expect(parse(await signedAs(type, payload))).toEqual(value);
    // Canonical: the reader's value gives the same bytes again.
    expect(encode(parse(await signedAs(type, payload)))).toEqual(payload);
    await expect(signedAs(`${type}x`, payload).then(parse)).rejects.toThrow();
  });
  // Nothing that is signed survives a change of one byte.
  await holds(
    fc.tuple(values, fc.nat(), fc.integer({ min: 1, max: 255 })),
    async ([value, at, change]) => {
      const envelope = await signEnvelope(type, encode(value), [signer]);
      const payload = fromBase64(envelope.payload);
      const place = at % payload.length;
      payload[place] = (payload[place] ?? 0) ^ change;
      const forged = { ...envelope, payload: toBase64(payload) };
      await expect(verifyEnvelope(forged, { payloadType: type, keys })).rejects.toMatchObject({
        code: 'NOT_ENOUGH_SIGNATURES',
      });
    },
    100,
  );
};

describe('signed documents read back, are canonical, and survive no change of a byte', () => {
  test('licence', () =>
    prove(
      signedDocument({
        name: 'licence',
        type: LICENCE_TYPE,
        values: licences,
        encode: encodeLicence,
        parse: parseLicence,
      }),
    ));
  test('licence request', () =>
    prove({
      ...{ name: 'licence request', type: LICENCE_REQUEST_TYPE },
      values: fc.record({ deviceId: id, nonce: id, sequence: count, previous: nullable(hash) }),
      ...{ encode: encodeLicenceRequest, parse: parseLicenceRequest },
    }));
  test('time statement', () =>
    prove({
      ...{ name: 'time statement', type: TIME_TYPE, encode: encodeTimeStatement, parse: parseTimeStatement },
      values: fc.record({ timeMs: ms, nonce: id, siteId: site }),
    }));
  test('enrolment request', () =>
    prove({
      ...{ name: 'enrolment request', type: ENROLMENT_REQUEST_TYPE },
      values: fc.record({
        ...{ signingKey: hash, ageRecipient: recipient, deviceNonce: id, rootSha256: hash, userAgent: text(30) },
        keyLevel: fc.constantFrom('non-extractable' as const, 'wrapped' as const),
        language: fc.constantFrom('nl' as const, 'en' as const),
      }),
      ...{ encode: encodeEnrolmentRequest, parse: parseEnrolmentRequest },
    }));
  test('handover', () =>
    prove({
      ...{ name: 'handover', type: HANDOVER_TYPE, encode: encodeHandover, parse: parseHandover },
      values: fc.record({
        ...{ deviceId: id, signingKey: hash, ageRecipient: recipient, learnerId: text(20, 1), learnerLabel: text(20) },
        ...{ fromSite: site, toSite: site, deviceEpoch: count, licenceSerial: fc.nat(), issuedAtMs: ms, nonce: id },
        capabilities: fc.array(text(10), { maxLength: 4 }),
        modules: fc.array(text(10, 1), { maxLength: 4 }),
      }),
    }));
  test('receipt', () =>
    prove({
      ...{ name: 'receipt', type: RECEIPT_TYPE, encode: encodeReceipt, parse: parseReceipt },
      values: fc.record({
        ...{ parcelId: hash, deviceId: id, deviceEpoch: count, sequence: count, receivedAtMs: ms, siteId: site },
        step: fc.constantFrom('stored' as const, 'backedUp' as const),
        stationEpoch: fc.nat(),
      }),
    }));
  test('refusal', () =>
    prove({
      ...{ name: 'refusal', type: REFUSAL_TYPE, encode: encodeRefusal, parse: parseRefusal },
      values: fc.record(
        {
          ...{ parcelId: hash, deviceId: id, siteId: site, refusedAtMs: ms },
          code: fc.constantFrom('GAP', 'FORK', 'UNREADABLE'),
          missing: fc.array(count, { maxLength: 5 }),
        },
        { requiredKeys: ['parcelId', 'code', 'missing'] },
      ),
    }));
  test('acknowledgement', () =>
    prove({
      ...{ name: 'acknowledgement', type: ACK_TYPE, encode: encodeAck, parse: parseAck },
      values: fc.record({ parcelId: hash, deviceId: id }),
    }));
});

describe('targets of the repository', () => {
  test('the status list reads back', async () => {
    const reason = text(20);
    const revoked = fc.record({ deviceId: id, reason, revokedAtMs: ms });
    const suspended = fc.record({ deviceId: id, reason, suspendedAtMs: ms, untilMs: nullable(ms) });
    const withdrawn = fc.record({ path: text(20, 1), version: nullable(text(9)), reason });
    const lists = fc.record({
      version: count,
      revokedDevices: fc.array(revoked, { maxLength: 3 }),
      suspendedDevices: fc.array(suspended, { maxLength: 3 }),
      withdrawn: fc.array(withdrawn, { maxLength: 3 }),
    });
    await holds(lists, (list) => expect(parseStatus(encodeStatus(list))).toEqual(list));
  });

  test('a station of the authorities reads back', async () => {
    const key = fc.record({ public: hash, notBeforeMs: ms, notAfterMs: ms });
    const stations = fc.record({
      ...{ siteId: site, siteName: text(20), stationName: text(20), maxLicenceDays: fc.integer({ min: 1, max: 30 }) },
      keys: fc.record({ licence: key, receipt: key, age: fc.record({ recipient, notBeforeMs: ms, notAfterMs: ms }) }),
      earlierKeys: fc.record({ licence: fc.array(key, { maxLength: 2 }), receipt: fc.array(key, { maxLength: 2 }) }),
      capabilities: fc.array(text(10, 1), { maxLength: 4 }),
    });
    await holds(stations, (one) => expect(parseStationAuthority(encodeStationAuthority(one))).toEqual(one));
  });

  test('a manifest and its leaves belong together, and no other byte does', async () => {
    const sizes = fc.array(fc.nat({ max: 3 * 1024 * 1024 }), { minLength: 1, maxLength: 4 });
    const cases = fc.tuple(sizes, fc.nat(), fc.integer({ min: 1, max: 255 }));
    await holds(
      cases,
      async ([files, at, change]) => {
        const chunks = files.map((size) => Math.ceil(size / (1024 * 1024)));
        const leaves = new Uint8Array(32 * chunks.reduce((sum, one) => sum + one, 0)).map((_, index) => index * 7);
        let from = 0;
        const readingOrder = [];
        for (const [index, size] of files.entries()) {
          const own = leaves.subarray(from, from + 32 * (chunks[index] ?? 0));
          from += own.length;
          const digest = await fileDigest(size, 1024 * 1024, own);
          const properties = { [manifestKeys.length]: size, [manifestKeys.digest]: digest };
          readingOrder.push({ href: `file-${index}.html`, type: 'text/html', properties });
        }
        const manifest = parseManifest(
          utf8(
            JSON.stringify({
              '@context': manifestKeys.context,
              metadata: {
                ...{ identifier: 'urn:leeslicht:module:a/b', title: 'B', language: 'nl' },
                ...{ modified: '2026-11-24T05:00:00Z', [manifestKeys.version]: '1.0.0' },
              },
              [manifestKeys.leaves]: { sha256: await sha256Hex(leaves), length: leaves.length },
              readingOrder,
            }),
          ),
        );
        await verifyLeaves(manifest, leaves);
        if (leaves.length === 0) return;
        const changed = leaves.slice();
        changed[at % leaves.length] = (changed[at % leaves.length] ?? 0) ^ change;
        await expect(verifyLeaves(manifest, changed)).rejects.toMatchObject({ code: 'LEAVES_MISMATCH' });
      },
      100,
    );
  });
});

describe('envelopes and clock slots', () => {
  test("DSSE's own example, and one encoding for each pair of type and payload", async () => {
    // DSSE 1.0.2, protocol.md, "Example"
    expect(fromUtf8(preAuthEncoding('http://example.com/HelloWorld', utf8('hello world')))).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
    const pair = fc.tuple(fc.string({ unit: 'grapheme' }), bytes);
    await holds(fc.tuple(pair, pair), ([[a, b], [c, d]]) => {
      expect(equalBytes(preAuthEncoding(a, b), preAuthEncoding(c, d))).toBe(a === c && equalBytes(b, d));
    });
  });

  test('an envelope reads back', async () => {
    await holds(fc.tuple(text(30, 1), bytes), async ([type, payload]) => {
      const envelope = await signEnvelope(type, payload, [signer]);
      expect(parseEnvelope(encodeEnvelope(envelope))).toEqual(envelope);
    });
  });

  test('a clock slot reads back, and survives no change of a byte', async () => {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), hmac, false, ['sign', 'verify']);
    const cases = fc.tuple(
      ms,
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      text(20),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    await holds(cases, async ([wallMs, monotonicMs, bootId, at, change]) => {
      const sealed = await sealSlots(startSession(undefined, { wallMs, monotonicMs, bootId }), key);
      expect(await openSlots(sealed.bytes, undefined, key)).toEqual({
        kind: 'open',
        state: sealed.state,
        tampered: false,
      });
      const place = at % sealed.bytes.length;
      sealed.bytes[place] = (sealed.bytes[place] ?? 0) ^ change;
      expect(await openSlots(sealed.bytes, undefined, key)).toEqual({ kind: 'tampered' });
    });
  });
});

describe('parcels', () => {
  const headers = fc.record({
    ...{ from: hash, to: hash, siteId: site, deviceId: id, deviceEpoch: count, stationEpoch: fc.nat() },
    ...{ sequence: count, previous: nullable(hash), length: count, ciphertextSha256: hash },
    direction: fc.constantFrom('up' as const, 'down' as const),
  });
  const names = fc
    .stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/)
    .filter((name) => name !== 'padding' && name !== 'manifest.json');
  const files = fc.dictionary(names, bytes, { maxKeys: 6 }).map((one) => new Map(Object.entries(one)));

  test('a header reads back', async () => {
    await holds(headers, (header) => expect(parseHeader(encodeHeader(header))).toEqual(header));
  });

  test('an archive reads back, and its size is one of few', async () => {
    const sizes = new Set<number>();
    await holds(files, (content) => {
      const packed = packArchive(content);
      sizes.add(packed.length);
      const read = unpackArchive(packed);
      expect([...read.keys()].sort()).toEqual([...content.keys()].sort());
      for (const [name, value] of content) expect(read.get(name)).toEqual(toBytes(value));
    });
    expect(sizes.size).toBeLessThan(30);
  });

  test('a parcel opens as it was sealed, and survives no change of a byte', async () => {
    const identity = await generateX25519Identity();
    const to = await identityToRecipient(identity);
    const items = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('message' as const), id, createdAtMs: fc.nat(), text: text(200) }),
        fc.record({
          ...{ kind: fc.constant('progress' as const), id, createdAtMs: fc.nat(), modulePath: text(20, 1) },
          ...{ href: text(20, 1), fraction: fc.double({ min: 0, max: 1, noNaN: true }).map((one) => one + 0) },
        }),
      ),
      { maxLength: 5 },
    );
    const cases = fc.tuple(headers, items, files, fc.nat(), fc.integer({ min: 1, max: 255 }));
    await holds(
      cases,
      async ([fields, sent, attachments, at, change]) => {
        const address = { ...fields, direction: 'up' as const, from: signer.keyId };
        const sealed = await sealParcel({ address, items: sent, attachments, signer, recipient: to });
        const opened = await openHeader(sealed.bytes, keys);
        expect([opened.id, opened.header]).toEqual([sealed.id, sealed.header]);
        const read = await openContents(opened, identity);
        expect(read.items).toEqual(sent);
        expect(new Map([...read.attachments].sort())).toEqual(
          new Map([...attachments].map(([name, value]) => [name, toBytes(value)] as const).sort()),
        );
        const changed = sealed.bytes.slice();
        const place = at % changed.length;
        changed[place] = (changed[place] ?? 0) ^ change;
        // What is only a hint may change (the key id of a signature, say); what was said may not.
        const forged = await openHeader(changed, keys).catch(() => undefined);
        if (forged) expect([forged.id, forged.header]).toEqual([sealed.id, sealed.header]);
        if (forged) expect(equalBytes(forged.ciphertext, opened.ciphertext)).toBe(true);
      },
      150,
    );
  });
});

describe('enrolment and search', () => {
  test('a code reads back however it is typed', async () => {
    await holds(fc.uint8Array({ minLength: 10, maxLength: 10 }), (random) => {
      const code = makeCode(() => toBytes(random));
      const typed = ` ${formatCode(code).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `;
      expect(normaliseCode(typed)).toBe(code);
    });
  });

  test('other texts give other words: their lengths keep them apart', async () => {
    const list = Array.from({ length: 256 }, (_, index) => `w${index}`);
    const texts = fc.array(text(10), { minLength: 1, maxLength: 4 });
    await holds(fc.tuple(texts, texts), async ([a, b]) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect((await wordsOver(a, 32, list)).join() === (await wordsOver(b, 32, list)).join()).toBe(same);
    });
  });

  test('a search index reads back', async () => {
    const section = fc.record({ href: text(20, 1), title: text(20), text: text(100) });
    await holds(fc.array(section, { maxLength: 6 }), (sections) => {
      expect(openIndex(buildIndex('nl', sections)).sections).toEqual(sections);
    });
  });
});
