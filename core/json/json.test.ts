import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { type JsonErrorCode, parseJson } from './strict-json.ts';

const refused = (code: JsonErrorCode) => expect.objectContaining({ name: 'JsonError', code });
const parse = (text: string) => parseJson(utf8(text));

describe('strict JSON', () => {
  test.each<[string, JsonErrorCode]>([
    ['{"a":1,"a":2}', 'DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":2}', 'DUPLICATE_KEY'],
    ['{"x":{"a":1,"b":2,"a":3}}', 'DUPLICATE_KEY'],
    ['{"__proto__":1,"__proto__":2}', 'DUPLICATE_KEY'],
    ['"\\ud800"', 'LONE_SURROGATE'],
    ['"\\ud800 and more"', 'LONE_SURROGATE'],
    ['{"\\udc00":1}', 'LONE_SURROGATE'],
    ['\uFEFF{}', 'BYTE_ORDER_MARK'],
    ['1e400', 'NUMBER_RANGE'],
    ['-1e400', 'NUMBER_RANGE'],
    ['9007199254740992', 'NUMBER_RANGE'],
    ['9'.repeat(10_000), 'NUMBER_RANGE'],
    ['', 'SYNTAX'],
    ['{} x', 'SYNTAX'],
    ['[1,]', 'SYNTAX'],
    ['{"a":1,}', 'SYNTAX'],
    ['{a:1}', 'SYNTAX'],
    ["'a'", 'SYNTAX'],
    ['"\t"', 'SYNTAX'],
    ['"\\x41"', 'SYNTAX'],
    ['"\\u00g0"', 'SYNTAX'],
    ['"open', 'SYNTAX'],
    ['01', 'SYNTAX'],
    ['+1', 'SYNTAX'],
    ['.5', 'SYNTAX'],
    ['NaN', 'SYNTAX'],
    ['nul', 'SYNTAX'],
    ['/* */1', 'SYNTAX'],
  ])('refuses %j as %s', (text, code) => {
    expect(() => parse(text)).toThrow(refused(code));
  });

  test('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrow(refused('NOT_UTF8'));
  });

  test.each(['[', '{"a":'])('refuses a depth of 10,000 of %s without running out of stack', (open) => {
    expect(() => parse(open.repeat(10_000))).toThrow(refused('TOO_DEEP'));
    expect(() => parse('['.repeat(65) + ']'.repeat(65))).toThrow(refused('TOO_DEEP'));
    expect(parse('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array);
  });

  test('refuses more bytes than the limit before it reads them', () => {
    expect(() => parseJson(new Uint8Array(11), { maxBytes: 10 })).toThrow(refused('TOO_LARGE'));
  });

  test.each(['1.5', '1e2', '1.0', '-0'])('refuses %s where only integers are allowed', (text) => {
    expect(() => parseJson(utf8(text), { integersOnly: true })).toThrow(refused('NOT_INTEGER'));
    expect(parse(text)).toBe(Number(text));
  });

  test('keeps a key named __proto__ as data', () => {
    const value = parse('{"__proto__":{"admin":true}}');
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect(value).not.toHaveProperty('admin');
  });

  test('reads whatever JSON.stringify writes as JSON.parse does', () => {
    const values = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(values, fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (/\\ud[89a-f]/.test(text) || !isExact(value)) return;
        expect(JSON.stringify(parse(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('never accepts what JSON.parse refuses', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE+-\\utrnf alse') });
    fc.assert(
      fc.property(texts, (text) => {
        if (accepts(() => parse(text))) expect(accepts(() => JSON.parse(text))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('canonical JSON', () => {
  test('writes the one form that is signed', () => {
    const value = parse('{ "b" : [1, -2, true, null], "a": "q\\"b\\\\s\\/n\\n\\u00e9", "" : {} }');
    expect(fromUtf8(canonicalJson(value))).toBe('{"":{},"a":"q\\"b\\\\s/n\n\u00e9","b":[1,-2,true,null]}');
  });

  test('sorts keys by code point, also where JavaScript would not', () => {
    expect(fromUtf8(canonicalJson({ '\u{1f600}': 1, '\uffff': 2, aa: 3, a: 4 }))).toBe(
      '{"a":4,"aa":3,"\uffff":2,"\u{1f600}":1}',
    );
  });

  test.each<[number | string, JsonErrorCode]>([
    [1.5, 'NOT_INTEGER'],
    [-0, 'NOT_INTEGER'],
    [Number.NaN, 'NOT_INTEGER'],
    [2 ** 53, 'NUMBER_RANGE'],
    ['\ud800', 'LONE_SURROGATE'],
  ])('refuses %s', (value, code) => {
    expect(() => canonicalJson([value])).toThrow(refused(code));
  });

  test('is the same for every order of keys', () => {
    const keys = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 8 });
    fc.assert(
      fc.property(keys, (names) => {
        const entries = names.map((name, index): [string, number] => [name, index]);
        const there = canonicalJson(Object.fromEntries(entries));
        expect(canonicalJson(Object.fromEntries(entries.reverse()))).toEqual(there);
      }),
    );
  });
});

describe('instants', () => {
  test('agree with the engine for every day of the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        const text = new Date(ms).toISOString().replace('.000Z', 'Z');
        expect(formatInstant(ms)).toBe(text);
        expect(parseInstant(text)).toBe(ms);
      }),
    );
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+01:00',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '1969-12-31T23:59:59Z',
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('knows leap days', () => {
    expect(parseInstant('2028-02-29T12:00:00.250Z')).toBe(Date.UTC(2028, 1, 29, 12, 0, 0, 250));
  });
});

function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false; // The test asks only whether, not why.
  }
}

function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}
