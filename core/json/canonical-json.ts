import { type Bytes, compareBytes, hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';
import { isJsonArray, JsonError, type JsonValue } from './json-value.ts';

const MAX_DEPTH = 64;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * The one byte string that stands for a value: OLPC canonical JSON, which TUF signs (formats/canonical-json.md 1).
 * Throws `JsonError` for fractions, unsafe integers, negative zero, lone surrogates and nesting deeper than 64.
 */
export function canonicalJson(value: JsonValue): Bytes {
  const text = write(value, 0);
  if (hasLoneSurrogate(text)) throw new JsonError({ code: 'LONE_SURROGATE' });
  return utf8(text);
}

function write(value: JsonValue, depth: number): string {
  if (depth > MAX_DEPTH) throw new JsonError({ code: 'TOO_DEEP' });
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeInteger(value);
  if (typeof value === 'string') return writeString(value);
  let text = '';
  if (isJsonArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${write(item, depth + 1)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort(byUtf8)) {
    text += `${text === '' ? '' : ','}${writeString(key)}:${write(value[key] ?? null, depth + 1)}`;
  }
  return `{${text}}`;
}

function writeInteger(value: number): string {
  // formats/canonical-json.md 1.2
  if (!Number.isInteger(value) || Object.is(value, -0)) throw new JsonError({ code: 'NOT_INTEGER' });
  if (!Number.isSafeInteger(value)) throw new JsonError({ code: 'NUMBER_RANGE' });
  return String(value);
}

function writeString(value: string): string {
  // formats/canonical-json.md 1.3: quote and backslash are escaped, and nothing else
  return `"${/["\\]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"') : value}"`;
}

/**
 * formats/canonical-json.md 1.4: the order of UTF-8 bytes, which is that of code points. JavaScript's own order, of
 * UTF-16 units, is the same but for characters above U+FFFF, which it writes with two units from below U+E000.
 */
function byUtf8(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b))
    return compareBytes(new TextEncoder().encode(a), new TextEncoder().encode(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
