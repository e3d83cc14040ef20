/** A repeatable source of chance: the same seed, the same numbers. */
export interface Chance {
  /** A whole number from 0 to `below` - 1; 0 when `below` is 0. */
  below(below: number): number;
}

/** mulberry32 (Tommy Ettinger): 32 bits of state, enough to vary inputs. Never used for keys. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return {
    below(below) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
    },
  };
}

/** What breaks parsers of any kind. */
const COMMON = [
  '',
  '\0',
  '\u2028',
  '\ufeff',
  '\ud7ff\ue000',
  'é',
  'e\u0301',
  '../',
  '/',
  '\\',
  '-1',
  '0',
  '-0',
  '1e999',
  '9007199254740993',
  '4294967296',
  '__proto__',
  'constructor',
  '"',
  '{',
  '[',
  ']}',
  '<',
  '&#0;',
  '&lt;',
  ']]>',
  '%',
  '%00',
  '\r\n',
  '\t',
];
/** Single bytes that end things, or mean more than themselves. */
const BYTES = [0x00, 0x0a, 0x22, 0x2f, 0x3c, 0x3e, 0x5c, 0x7f, 0x80, 0xbf, 0xc0, 0xed, 0xf4, 0xff];
const MAX_INPUT_BYTES = 256 * 1024;
const encoder = new TextEncoder();

/** A corpus input, changed in one to eight places; `dictionary` holds words of the format. */
export function mutate(
  corpus: readonly Uint8Array[],
  dictionary: readonly string[],
  chance: Chance,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(corpus[chance.below(corpus.length)] ?? []);
  const words = [...COMMON, ...dictionary];
  for (let change = chance.below(8); change >= 0; change -= 1) bytes = changed(bytes, corpus, words, chance);
  return bytes.subarray(0, MAX_INPUT_BYTES);
}

function changed(
  bytes: Uint8Array<ArrayBuffer>,
  corpus: readonly Uint8Array[],
  words: readonly string[],
  chance: Chance,
): Uint8Array<ArrayBuffer> {
  const at = chance.below(bytes.length + 1);
  const until = Math.min(bytes.length, at + chance.below(chance.below(4) === 0 ? bytes.length : 16));
  switch (chance.below(9)) {
    case 0:
      return replaced(bytes, at, at + 1, [(bytes[at] ?? 0) ^ (1 << chance.below(8))]);
    case 1:
      return replaced(bytes, at, at + 1, [BYTES[chance.below(BYTES.length)] ?? 0]);
    case 2:
      return replaced(bytes, at, until, []);
    case 3:
      return replaced(bytes, at, at, bytes.subarray(at, until));
    case 4:
      return replaced(bytes, at, until, wordOf(words, chance));
    case 5:
      return replaced(bytes, at, at, wordOf(words, chance));
    case 6:
      return repeated(bytes, at, until, chance);
    case 7: {
      const other = corpus[chance.below(corpus.length)] ?? bytes;
      const from = chance.below(other.length);
      return replaced(bytes, at, until, other.subarray(from, from + chance.below(200)));
    }
    default:
      return bytes.slice(0, at);
  }
}

function wordOf(words: readonly string[], chance: Chance): Uint8Array {
  return encoder.encode(words[chance.below(words.length)] ?? '');
}

/** The same piece many times: depth, counts, and quadratic readers. */
function repeated(bytes: Uint8Array<ArrayBuffer>, at: number, until: number, chance: Chance) {
  const piece = bytes.subarray(at, until);
  const times = piece.length === 0 ? 0 : Math.min(2 ** chance.below(14), Math.floor(64_000 / piece.length));
  const many = new Uint8Array(piece.length * times);
  for (let time = 0; time < times; time += 1) many.set(piece, time * piece.length);
  return replaced(bytes, at, until, many);
}

function replaced(
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  until: number,
  put: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(Math.min(until, bytes.length));
  const made = new Uint8Array(from + put.length + rest.length);
  made.set(bytes.subarray(0, from));
  made.set(put, from);
  made.set(rest, from + put.length);
  return made;
}
