import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { ageDecrypt, ageEncrypt, x25519Recipient } from './age.ts';
import { MAX_ARCHIVE_BYTES, packArchive, unpackArchive } from './archive.ts';
import { encodeHeader, type HeaderFields, MAX_PARCEL_BYTES, PARCEL_HEADER_TYPE, parseHeader } from './header.ts';
import type { UpItem } from './items.ts';
import { paddedLength } from './padding.ts';
import { ParcelError } from './parcel-error.ts';
import { joinParcel, openHeader } from './parcel-file.ts';
import {
  encodeReceipt,
  encodeRefusal,
  parseReceipt,
  parseRefusal,
  RECEIPT_TYPE,
  REFUSAL_TYPE,
  type Receipt,
  receiptCovers,
} from './receipt.ts';
import { openContents, sealParcel } from './seal.ts';

const device = await signerFromSeed(new Uint8Array(32).fill(3));
const other = await signerFromSeed(new Uint8Array(32).fill(4));
const station = await signerFromSeed(new Uint8Array(32).fill(5));
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);

const address: HeaderFields = {
  direction: 'up',
  from: device.keyId,
  to: station.keyId,
  siteId: 'site-one',
  deviceId: device.keyId.slice(0, 32),
  deviceEpoch: 1,
  stationEpoch: 1,
  sequence: 1,
  previous: null,
};
const items: UpItem[] = [
  {
    id: 'ab'.repeat(16),
    kind: 'submission',
    createdAtMs: 1,
    assignmentId: 'a',
    modulePath: 'courses/x/y.json',
    title: 'Één',
    text: 'Hallo',
    words: 1,
    attachment: 'essay.odt',
  },
  {
    ...{ id: 'ae'.repeat(16), kind: 'submission', createdAtMs: 1, assignmentId: 'b', modulePath: 'courses/x/y.json' },
    ...{ title: 'Blad', text: '1. Waarom?\n\nDaarom', words: 1 },
    answers: [{ id: 'waarom', question: 'Waarom?', answer: 'Daarom' }],
  },
  { id: 'ac'.repeat(16), kind: 'progress', createdAtMs: 1, modulePath: 'm', href: 'h', fraction: 0.25 },
];
const attachments = new Map([['essay.odt', new Uint8Array(5000).fill(7)]]);
const seal = () => sealParcel({ address, items, attachments, signer: device, recipient });

async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof ParcelError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('a parcel', () => {
  it('comes out as it went in, for a string identity and for a key that cannot be read out', async () => {
    const sealed = await seal();
    const opened = await openHeader(sealed.bytes, [other.publicKey, device.publicKey]);
    expect(opened.id).toBe(sealed.id);
    expect(opened.header).toMatchObject(address);
    const contents = await openContents(opened, identity);
    expect(contents.items).toEqual(items);
    expect(contents.attachments).toEqual(attachments);
    const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
    if (!('privateKey' in pair)) throw new Error('no pair');
    const mine = x25519Recipient(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
    const down = await sealParcel({
      address: { ...address, direction: 'down', from: station.keyId, to: device.keyId },
      items: [{ id: 'ad'.repeat(16), kind: 'message', createdAtMs: 1, from: 'Tutor', text: 'Dag' }],
      attachments: new Map(),
      signer: station,
      recipient: mine,
    });
    const back = await openContents(await openHeader(down.bytes, [station.publicKey]), pair.privateKey);
    expect(back.items).toMatchObject([{ kind: 'message', from: 'Tutor' }]);
  });

  it('is another parcel when it is sealed again', async () => {
    expect((await seal()).id).not.toBe((await seal()).id);
  });

  it('is refused when unknown keys signed it, or a key other than the sender it names', async () => {
    const { bytes } = await seal();
    expect(await codeOf(() => openHeader(bytes, [other.publicKey]))).toBe('BAD_SIGNATURE');
    expect(await codeOf(() => sealParcel({ address, items: [], attachments, signer: other, recipient }))).toBe(
      'WRONG_SENDER',
    );
    const { header, ciphertext } = await openHeader(bytes, [device.publicKey]);
    const forged = joinParcel(await signEnvelope(PARCEL_HEADER_TYPE, encodeHeader(header), [other]), ciphertext);
    expect(await codeOf(() => openHeader(forged, [device.publicKey, other.publicKey]))).toBe('WRONG_SENDER');
  });

  it('is refused when cut anywhere or changed anywhere', async () => {
    const { bytes } = await seal();
    for (let length = 0; length < bytes.length; length += 97) {
      expect(await codeOf(() => openHeader(bytes.subarray(0, length), [device.publicKey]))).not.toBe('accepted');
    }
    expect(await codeOf(() => openHeader(bytes.subarray(0, -1), [device.publicKey]))).toBe('TRUNCATED');
    expect(await codeOf(() => openHeader(concatBytes(bytes, utf8('x')), [device.publicKey]))).toBe('WRONG_CIPHERTEXT');
    const flipped = bytes.slice();
    flipped.set([(flipped.at(-9) ?? 0) ^ 1], flipped.length - 9);
    expect(await codeOf(() => openHeader(flipped, [device.publicKey]))).toBe('WRONG_CIPHERTEXT');
  });

  it('cannot be opened by another', async () => {
    const opened = await openHeader((await seal()).bytes, [device.publicKey]);
    const stranger = await generateX25519Identity();
    expect(await codeOf(() => openContents(opened, stranger))).toBe('CANNOT_DECRYPT');
  });

  const differences: Partial<HeaderFields>[] = [
    { from: other.keyId },
    { to: other.keyId },
    { siteId: 'site-two' },
    { deviceId: 'ff'.repeat(16) },
    { deviceEpoch: 2 },
    { stationEpoch: 2 },
    { sequence: 2 },
    { previous: 'ee'.repeat(32) },
    { direction: 'down' },
  ];
  it.each(differences)(
    'is refused when the signed header says %o and the encrypted manifest does not',
    async (change) => {
      const opened = await openHeader((await seal()).bytes, [device.publicKey]);
      const signer = change.from ? other : device;
      const header = { ...opened.header, ...change };
      const wrapped = joinParcel(
        await signEnvelope(PARCEL_HEADER_TYPE, encodeHeader(header), [signer]),
        opened.ciphertext,
      );
      const stolen = await openHeader(wrapped, [signer.publicKey]);
      expect(await codeOf(() => openContents(stolen, identity))).toBe('HEADER_DIFFERS');
    },
  );

  it('is refused when an item names an attachment that is not there, or is not an item', async () => {
    const lacking = await sealParcel({ address, items, attachments: new Map(), signer: device, recipient });
    const opened = await openHeader(lacking.bytes, [device.publicKey]);
    expect(await codeOf(() => openContents(opened, identity))).toBe('MISSING_ATTACHMENT');
    const wrongWay = await sealParcel({
      address,
      items: [{ id: 'ad'.repeat(16), kind: 'notice', createdAtMs: 1, title: 't', text: 'x' }],
      attachments: new Map(),
      signer: device,
      recipient,
    });
    const read = await openHeader(wrongWay.bytes, [device.publicKey]);
    expect(await codeOf(() => openContents(read, identity))).toBe('BAD_ITEM');
  });

  it('has a header that reads back as written', () => {
    const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
    const header = fc.record({
      direction: fc.constantFrom('up' as const, 'down' as const),
      from: hex(32),
      to: hex(32),
      siteId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      deviceId: hex(16),
      deviceEpoch: fc.integer({ min: 1 }),
      stationEpoch: fc.nat(),
      sequence: fc.integer({ min: 1 }),
      previous: fc.option(hex(32)),
      length: fc.integer({ min: 1, max: 1 << 24 }),
      ciphertextSha256: hex(32),
    });
    fc.assert(
      fc.property(header, (value) => {
        expect(parseHeader(encodeHeader(value))).toEqual(value);
      }),
    );
  });
});

describe('age', () => {
  it('is refused with two stanzas, another kind of stanza or a long header', async () => {
    const good = await ageEncrypt(utf8('x'), recipient);
    const text = new TextDecoder('latin1').decode(good);
    const [stanza = ''] = /-> X25519 .*\n.*\n/.exec(text) ?? [];
    for (const changed of [
      text.replace(stanza, stanza + stanza),
      text.replace('-> X25519', '-> scrypt'),
      text.replace('-> X25519', `-> ${'a'.repeat(2000)}`),
      text.slice(30),
      '',
    ]) {
      const bytes = Uint8Array.from(changed, (character) => character.charCodeAt(0));
      expect(await codeOf(() => ageDecrypt(bytes, identity))).toBe('BAD_AGE_HEADER');
    }
  });

  it('encrypts to X25519 recipients only, and writes them as age does', async () => {
    expect(await codeOf(() => ageEncrypt(utf8('x'), 'age1pq1'.padEnd(62, 'q')))).toBe('BAD_RECIPIENT');
    const raw = new Uint8Array(32).fill(9);
    expect(x25519Recipient(raw)).toHaveLength(62);
    await expect(ageEncrypt(utf8('x'), x25519Recipient(raw))).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe('the archive', () => {
  it('gives back any files, and has the size that the padding says', () => {
    const file = fc.tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/), fc.uint8Array({ maxLength: 9000 }));
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ([name]) => name, maxLength: 5 }), (list) => {
        const files = new Map(list.filter(([name]) => name !== '__proto__'));
        const packed = packArchive(files);
        expect(paddedLength(packed.length, MAX_ARCHIVE_BYTES)).toBe(packed.length);
        expect(unpackArchive(packed)).toEqual(files);
      }),
      { numRuns: 30 },
    );
  });

  it('has few sizes: at most 12 % more than its content, and the same for neighbours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4096, max: MAX_ARCHIVE_BYTES }), (length) => {
        const padded = paddedLength(length, MAX_ARCHIVE_BYTES);
        expect(padded).toBeGreaterThanOrEqual(length);
        expect(padded).toBeLessThanOrEqual(length * 1.12);
        expect(paddedLength(padded, MAX_ARCHIVE_BYTES)).toBe(padded);
      }),
    );
    const sizes = new Set<number>();
    for (let length = 1; length < MAX_ARCHIVE_BYTES; length += 997) sizes.add(paddedLength(length, MAX_ARCHIVE_BYTES));
    expect(sizes.size).toBeLessThan(320);
    const short = packArchive(new Map([['a', utf8('Yes.')]]));
    const long = packArchive(new Map([['a', utf8('A much longer answer, of another length altogether.')]]));
    expect(short.length).toBe(long.length);
  });

  it('fills a parcel to its bound, and refuses what would not fit', async () => {
    // Bytes that do not pack: each block of 64 KiB is random.
    const noise = new Uint8Array(MAX_ARCHIVE_BYTES);
    for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
    const most = new Map([['a', noise.subarray(0, MAX_ARCHIVE_BYTES - 20_000)]]);
    const sealed = await sealParcel({ address, items: [], attachments: most, signer: device, recipient });
    expect(sealed.bytes.length).toBeLessThanOrEqual(MAX_PARCEL_BYTES);
    expect(sealed.bytes.length).toBeGreaterThan(MAX_PARCEL_BYTES - 64 * 1024);
    expect(await codeOf(() => packArchive(new Map([['a', noise]])))).toBe('TOO_LARGE');
  });

  it.each(['../up', 'a/b', '/abs', 'C:\\x', '.hidden', 'nul\0'])('refuses the name %s', async (name) => {
    expect(await codeOf(() => unpackArchive(zipSync({ [name]: utf8('x') })))).toBe('BAD_ARCHIVE');
  });

  it('carries a file of one colour, however well it packs', () => {
    const files = new Map([['white.bmp', new Uint8Array(3_000_000).fill(255)]]);
    expect(unpackArchive(packArchive(files)).get('white.bmp')?.length).toBe(3_000_000);
  });

  it('refuses a bomb, the same name twice and a wrong directory', async () => {
    expect(await codeOf(() => unpackArchive(zipSync({ a: new Uint8Array(65 << 20) }, { level: 1 })))).toBe(
      'BAD_ARCHIVE',
    );
    expect(await codeOf(() => unpackArchive(zipSync({ a: utf8('x'), A: utf8('y') })))).toBe('BAD_ARCHIVE');
    expect(await codeOf(() => unpackArchive(new Uint8Array(100)))).toBe('BAD_ARCHIVE');
    const twice = zipSync({ ab: utf8('x'), ac: utf8('y') });
    const same = Uint8Array.from(new TextDecoder('latin1').decode(twice).replaceAll('ac', 'ab'), (c) =>
      c.charCodeAt(0),
    );
    expect(await codeOf(() => unpackArchive(same))).toBe('BAD_ARCHIVE');
  });
});

describe('answers of the station', () => {
  it('read back as written, and cover only the parcel they name', async () => {
    const sealed = await seal();
    const receipt: Receipt = {
      parcelId: sealed.id,
      deviceId: address.deviceId,
      deviceEpoch: 1,
      sequence: 1,
      receivedAtMs: 1_790_000_000_000,
      step: 'stored',
      siteId: 'site-one',
      stationEpoch: 1,
    };
    const keys = [station.publicKey];
    const signed = await signEnvelope(RECEIPT_TYPE, encodeReceipt(receipt), [station]);
    expect(parseReceipt(await verifyEnvelope(signed, { payloadType: RECEIPT_TYPE, keys }))).toEqual(receipt);
    expect(receiptCovers(receipt, sealed)).toBe(true);
    expect(receiptCovers({ ...receipt, parcelId: await sha256Hex(utf8('x')) }, sealed)).toBe(false);
    const refusal = { parcelId: sealed.id, code: 'GAP', missing: [1, 2] };
    const refused = await signEnvelope(REFUSAL_TYPE, encodeRefusal(refusal), [station]);
    expect(parseRefusal(await verifyEnvelope(refused, { payloadType: REFUSAL_TYPE, keys }))).toEqual(refusal);
  });
});
