import type { Randomness } from '#core/crypto/randomness.ts';

/** Crockford's base 32: no I, L, O or U, so that nothing is misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Characters in a code, without the hyphen: 50 bits. */
export const CODE_LENGTH = 10;

/** A fresh one-use code of ten characters (formats/enrolment.md 1). */
export function makeCode(randomness: Randomness): string {
  let code = '';
  for (const byte of randomness(CODE_LENGTH)) code += ALPHABET.charAt(byte & 31);
  return code;
}

/** A code as people read it: `XXXXX-XXXXX`. */
export function formatCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/**
 * The ten characters of a code as typed: case, blanks and hyphens do not matter, O is read as 0, I and L as 1.
 * Undefined when it cannot be a code.
 */
export function normaliseCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined;
  const code = typed
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(code) ? code : undefined;
}
