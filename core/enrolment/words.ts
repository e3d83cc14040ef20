import { concatBytes, u32be, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/digest.ts';
import { EnrolmentError } from './enrolment-error.ts';

/** Everything that both sides must see the same of an enrolment. Keys as 32 bytes or as hex. */
export interface SixWordsInput {
  readonly signingKey: Uint8Array | string;
  readonly ageRecipient: string;
  readonly stationReceiptKey: Uint8Array | string;
  readonly rootSha256: string;
  readonly deviceNonce: string;
  readonly stationNonce: string;
}

const LABEL = 'leeslicht-six-words-v1';
const WORDS = 6;

/**
 * Six words for both screens: the first six bytes of a hash over everything above (formats/enrolment.md 3). Somebody
 * in between who swaps a key, the root or a nonce gets other words. Throws `EnrolmentError` `BAD_WORD_LIST` unless
 * the list has 256 words.
 */
export function sixWords(input: SixWordsInput, wordList: readonly string[]): Promise<string[]> {
  const parts = [
    LABEL,
    hexOf(input.signingKey),
    input.ageRecipient,
    hexOf(input.stationReceiptKey),
    input.rootSha256,
    input.deviceNonce,
    input.stationNonce,
  ];
  return wordsOver(parts, WORDS, wordList);
}

/**
 * `count` words over a list of texts, at most 32: the first bytes of one hash over all of them. The first text is the
 * label of what the words are for, so that no two uses ever share words. Throws `EnrolmentError` `BAD_WORD_LIST`
 * unless the list has 256 words.
 */
export async function wordsOver(
  texts: readonly string[],
  count: number,
  wordList: readonly string[],
): Promise<string[]> {
  if (wordList.length !== 256) throw new EnrolmentError({ code: 'BAD_WORD_LIST' });
  const parts = texts.map((text) => utf8(text));
  // formats/enrolment.md 3.2: lengths in front, so that no two inputs run together
  const digest = await sha256(concatBytes(...parts.flatMap((part) => [u32be(part.length), part])));
  return Array.from(digest.subarray(0, count), (byte) => wordList[byte] ?? '');
}

function hexOf(key: Uint8Array | string): string {
  return typeof key === 'string' ? key : toHex(key);
}
