import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import { formatCode, makeCode, normaliseCode } from './code.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest, openEnrolmentRequest } from './request.ts';
import { sixWords } from './words.ts';
import { wordsEn } from './words-en.ts';
import { wordsNl } from './words-nl.ts';

const device = await signerFromSeed(new Uint8Array(32).fill(3));
const other = await signerFromSeed(new Uint8Array(32).fill(4));
const request = {
  signingKey: toHex(device.publicKey),
  ageRecipient: `age1${'q'.repeat(58)}`,
  deviceNonce: 'ab'.repeat(16),
  rootSha256: 'cd'.repeat(32),
  keyLevel: 'wrapped' as const,
  language: 'nl' as const,
  userAgent: 'test',
};

describe('a code', () => {
  it('reads back however it is typed', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(bytes, (random) => {
        const code = makeCode(() => Uint8Array.from(random));
        expect(normaliseCode(formatCode(code))).toBe(code);
        expect(normaliseCode(` ${code.toLowerCase().split('').join(' ')} `)).toBe(code);
      }),
    );
  });

  it('takes O for 0 and I and L for 1, and refuses anything that cannot be a code', () => {
    expect(normaliseCode('oOiIl-Labcd')).toBe('001111ABCD');
    for (const wrong of ['', 'ABCDE', 'ABCDE-FGHJU', 'ABCDE-FGHJK1', '!'.repeat(10), '1'.repeat(1000)]) {
      expect(normaliseCode(wrong)).toBeUndefined();
    }
  });
});

describe('a request', () => {
  it('is read when the key in it signed it, and refused when another did', async () => {
    const payload = encodeEnrolmentRequest(request);
    expect(await openEnrolmentRequest(await signEnvelope(ENROLMENT_REQUEST_TYPE, payload, [device]))).toEqual(request);
    const stolen = await signEnvelope(ENROLMENT_REQUEST_TYPE, payload, [other]);
    await expect(openEnrolmentRequest(stolen)).rejects.toThrow('NOT_ENOUGH_SIGNATURES');
  });
});

describe('the six words', () => {
  const input = { ...request, stationReceiptKey: other.publicKey, stationNonce: 'ef'.repeat(16) };

  it('are the same for keys as bytes and as hex', async () => {
    const words = await sixWords(input, wordsNl);
    expect(words).toHaveLength(6);
    const spelled = { ...input, signingKey: device.publicKey, stationReceiptKey: toHex(other.publicKey) };
    expect(await sixWords(spelled, wordsNl)).toEqual(words);
  });

  it('differ when any one thing differs', async () => {
    const words = (await sixWords(input, wordsEn)).join(' ');
    for (const change of [
      { signingKey: other.publicKey },
      { ageRecipient: `age1${'p'.repeat(58)}` },
      { stationReceiptKey: device.publicKey },
      { rootSha256: 'ce'.repeat(32) },
      { deviceNonce: 'ac'.repeat(16) },
      { stationNonce: 'ee'.repeat(16) },
    ]) {
      expect((await sixWords({ ...input, ...change }, wordsEn)).join(' ')).not.toBe(words);
    }
  });

  it.each([
    ['Dutch', wordsNl],
    ['English', wordsEn],
  ])('come from 256 %s words that differ at a glance', (_language, list) => {
    expect(new Set(list).size).toBe(256);
    expect(list.filter((word) => !/^[a-z]{3,9}$/.test(word))).toEqual([]);
    const alike = list.flatMap((word, index) =>
      list
        .slice(index + 1)
        .filter((next) => distance(word, next) < 2 || word.startsWith(next) || next.startsWith(word))
        .map((next) => `${word} ${next}`),
    );
    expect(alike).toEqual([]);
  });
});

// Levenshtein's: letters to change, add or leave out.
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
