import { type Bytes, compareBytes, hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';
import { isJsonArray, JsonError, type JsonValue } from './json-value.ts';

const MAX_DEPTH = 64;

/**
 * The one byte string that stands for a value: OLPC canonical JSON, which TUF signs (formats/canonical-json.md 1).
 * Throws `JsonError` for fractions, unsafe integers, negative zero, lone surrogates and nesting deeper than 64.
 */
export function canonicalJson(value: JsonValue): Bytes {
  return utf8(write(value, 0));
}

function write(value: JsonValue, depth: number): string {
  if (depth > MAX_DEPTH) throw new JsonError({ code: 'TOO_DEEP' });
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeInteger(value);
  if (typeof value === 'string') return writeString(value);
  if (isJsonArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  const members = Object.entries(value).map(([key, member]) => ({
    order: utf8Key(key),
    text: `${writeString(key)}:${write(member, depth + 1)}`,
  }));
  // formats/canonical-json.md 1.4: by UTF-8 bytes, which differs from JavaScript's own order above U+FFFF
  members.sort((a, b) => compareBytes(a.order, b.order));
  return `{${members.map((member) => member.text).join(',')}}`;
}

function writeInteger(value: number): string {
  // formats/canonical-json.md 1.2
  if (!Number.isInteger(value) || Object.is(value, -0)) throw new JsonError({ code: 'NOT_INTEGER' });
  if (!Number.isSafeInteger(value)) throw new JsonError({ code: 'NUMBER_RANGE' });
  return String(value);
}

function writeString(value: string): string {
  if (hasLoneSurrogate(value)) throw new JsonError({ code: 'LONE_SURROGATE' });
  // formats/canonical-json.md 1.3: quote and backslash are escaped, and nothing else
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function utf8Key(key: string): Bytes {
  if (hasLoneSurrogate(key)) throw new JsonError({ code: 'LONE_SURROGATE' });
  return utf8(key);
}
