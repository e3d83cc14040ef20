import { fromUtf8, hasLoneSurrogate } from '#core/bytes/bytes.ts';
import { JsonError, type JsonErrorCode, type JsonValue } from './json-value.ts';

export { JsonError, type JsonErrorCode, type JsonValue } from './json-value.ts';

/** How much of an untrusted text is read before it is refused. */
export interface JsonLimits {
  /** Largest accepted size in bytes; 16 MiB unless told. */
  readonly maxBytes?: number;
  /** Deepest accepted nesting of arrays and objects; 64 unless told. */
  readonly maxDepth?: number;
  /** Refuse every number that is not written as a plain safe integer (`-0` neither). */
  readonly integersOnly?: boolean;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * Reads one JSON text (RFC 8259) such that every reader sees the same value: formats/canonical-json.md 2.
 * Throws `JsonError`; never recurses deeper than the limit, so no input can exhaust the stack.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = {}): JsonValue {
  // formats/canonical-json.md 2.1: the size is checked before anything is decoded
  if (bytes.length > (limits.maxBytes ?? DEFAULT_MAX_BYTES)) throw new JsonError({ code: 'TOO_LARGE' });
  return new Parser(decodeText(bytes), limits).parseDocument();
}

function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    // formats/canonical-json.md 2.2
    throw new JsonError({ code: 'NOT_UTF8', cause });
  }
  // formats/canonical-json.md 2.3
  if (text.startsWith('\uFEFF')) throw new JsonError({ code: 'BYTE_ORDER_MARK', offset: 0 });
  return text;
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #integersOnly: boolean;
  #offset = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH;
    this.#integersOnly = limits.integersOnly ?? false;
  }

  parseDocument(): JsonValue {
    this.#skipBlank();
    const value = this.#parseValue(0);
    this.#skipBlank();
    if (this.#offset !== this.#text.length) throw this.#error('SYNTAX');
    return value;
  }

  #parseValue(depth: number): JsonValue {
    switch (this.#text[this.#offset]) {
      case '{':
        return this.#parseObject(depth + 1);
      case '[':
        return this.#parseArray(depth + 1);
      case '"':
        return this.#parseString();
      case 't':
        return this.#parseWord('true', true);
      case 'f':
        return this.#parseWord('false', false);
      case 'n':
        return this.#parseWord('null', null);
      default:
        return this.#parseNumber();
    }
  }

  #parseObject(depth: number): JsonValue {
    this.#enter(depth);
    const members: Record<string, JsonValue> = {};
    if (this.#takeIf('}')) return members;
    do {
      this.#skipBlank();
      const keyOffset = this.#offset;
      const key = this.#parseString();
      // formats/canonical-json.md 2.5: two readers could pick different ones of two equal keys
      if (Object.hasOwn(members, key)) throw new JsonError({ code: 'DUPLICATE_KEY', offset: keyOffset });
      this.#skipBlank();
      this.#take(':');
      this.#skipBlank();
      setOwn(members, key, this.#parseValue(depth));
      this.#skipBlank();
    } while (this.#takeIf(','));
    this.#take('}');
    return members;
  }

  #parseArray(depth: number): JsonValue {
    this.#enter(depth);
    const items: JsonValue[] = [];
    if (this.#takeIf(']')) return items;
    do {
      this.#skipBlank();
      items.push(this.#parseValue(depth));
      this.#skipBlank();
    } while (this.#takeIf(','));
    this.#take(']');
    return items;
  }

  #enter(depth: number): void {
    // formats/canonical-json.md 2.4
    if (depth > this.#maxDepth) throw this.#error('TOO_DEEP');
    this.#offset += 1;
    this.#skipBlank();
  }

  #parseString(): string {
    const begin = this.#offset;
    this.#take('"');
    const plain = this.#takePlainCharacters();
    if (this.#text.charCodeAt(this.#offset) === QUOTE) {
      this.#offset += 1;
      return plain;
    }
    let value = plain;
    while (this.#text.charCodeAt(this.#offset) !== QUOTE) {
      if (this.#text.charCodeAt(this.#offset) !== BACKSLASH) throw this.#error('SYNTAX');
      value += this.#parseEscape();
      value += this.#takePlainCharacters();
    }
    this.#offset += 1;
    // formats/canonical-json.md 2.6: only an escape can bring one, since the bytes were UTF-8
    if (hasLoneSurrogate(value)) throw new JsonError({ code: 'LONE_SURROGATE', offset: begin });
    return value;
  }

  /** Everything up to a quote, a backslash, a control character or the end. */
  #takePlainCharacters(): string {
    const text = this.#text;
    let at = this.#offset;
    for (let code = text.charCodeAt(at); code >= SPACE && code !== QUOTE && code !== BACKSLASH; ) {
      at += 1;
      code = text.charCodeAt(at);
    }
    const plain = text.slice(this.#offset, at);
    this.#offset = at;
    return plain;
  }

  #parseEscape(): string {
    const letter = this.#text[this.#offset + 1] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#offset + 2, this.#offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#error('SYNTAX');
      this.#offset += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = ESCAPES.get(letter);
    if (character === undefined) throw this.#error('SYNTAX');
    this.#offset += 2;
    return character;
  }

  #parseNumber(): number {
    const begin = this.#offset;
    NUMBER.lastIndex = begin;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#error('SYNTAX');
    this.#offset = NUMBER.lastIndex;
    const value = Number(match[0]);
    const isPlainInteger = match[1] === undefined && match[2] === undefined;
    // formats/canonical-json.md 2.7: a number that would silently become another one is refused
    if (!Number.isFinite(value) || (isPlainInteger && !Number.isSafeInteger(value))) {
      throw new JsonError({ code: 'NUMBER_RANGE', offset: begin });
    }
    if (this.#integersOnly && (!isPlainInteger || Object.is(value, -0))) {
      throw new JsonError({ code: 'NOT_INTEGER', offset: begin });
    }
    return value;
  }

  #parseWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#offset)) throw this.#error('SYNTAX');
    this.#offset += word.length;
    return value;
  }

  #skipBlank(): void {
    let code = this.#text.charCodeAt(this.#offset);
    while (code === SPACE || code === 0x0a || code === 0x0d || code === 0x09) {
      this.#offset += 1;
      code = this.#text.charCodeAt(this.#offset);
    }
  }

  #takeIf(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset += 1;
    return true;
  }

  #take(character: string): void {
    if (!this.#takeIf(character)) throw this.#error('SYNTAX');
  }

  #error(code: JsonErrorCode): JsonError {
    return new JsonError({ code, offset: this.#offset });
  }
}

/** Sets a member of its own, whatever its name: assigning to `__proto__` would set the prototype. */
function setOwn(members: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== '__proto__') members[key] = value;
  else Object.defineProperty(members, key, { value, enumerable: true, configurable: true, writable: true });
}
