import { fromHex } from '#core/bytes/hex.ts';
import { array, integer, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import type { Ed25519Case } from './ed25519-cases.ts';

const hex = string({ pattern: /^[0-9a-f]*$/ });
const ignore = { unknownKeys: 'ignore' } as const;
const vector = object(
  { required: { tcId: integer(), comment: string(), msg: hex, sig: hex, result: literal('valid', 'invalid') } },
  ignore,
);
const group = object(
  { required: { publicKey: object({ required: { pk: hex } }, ignore), tests: array(vector) } },
  ignore,
);
const suite = object({ required: { numberOfTests: integer(), testGroups: array(group) } }, ignore);

/**
 * Reads a file of Wycheproof Ed25519 vectors, for the tests of every back end.
 * Throws `JsonError` or `ShapeError`, and `RangeError` when it holds fewer or more vectors than it says.
 */
export function parseWycheproof(bytes: Uint8Array): readonly Ed25519Case[] {
  const { numberOfTests, testGroups } = suite(parseJson(bytes, { maxBytes: 4 * 1024 * 1024 }), '');
  const cases = testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, comment, msg, sig, result }) => ({
      name: `${tcId} ${comment}`,
      publicKey: fromHex(publicKey.pk),
      message: fromHex(msg),
      // Half a byte at the end is one of the ways in which a signature can be cut short.
      signature: sig.length % 2 === 0 ? fromHex(sig) : new Uint8Array(),
      isValid: result === 'valid',
    })),
  );
  if (cases.length !== numberOfTests) throw new RangeError(`${cases.length} vectors of ${numberOfTests}`);
  return cases;
}
