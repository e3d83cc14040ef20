import { expect, test } from 'vitest';
import { tooManyPoints } from './picture-size.ts';
import { TINY } from './test-input.ts';

const bytes = (length: number, ...parts: readonly (readonly [at: number, bytes: readonly number[]])[]): Uint8Array => {
  const head = new Uint8Array(length);
  for (const [at, part] of parts) head.set(part, at);
  return head;
};
const ascii = (text: string): number[] => [...Buffer.from(text)];

test.each<[string, Uint8Array, string]>([
  ['PNG', bytes(40, [0, [0x89, 0x50, 0x4e, 0x47]], [16, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]]), '30000 × 30000 points'],
  ['GIF', bytes(20, [0, ascii('GIF89a')], [6, [0xff, 0xff, 0xff, 0xff]]), '65535 × 65535 points'],
  [
    'JPEG behind metadata',
    bytes(40, [0, [0xff, 0xd8, 0xff, 0xe1, 0, 8]], [12, [0xff, 0xc2, 0, 11, 8, 0x75, 0x30, 0x4e, 0x20]]),
    '20000 × 30000 points',
  ],
  [
    'WebP',
    bytes(40, [0, ascii('RIFF')], [8, ascii('WEBPVP8X')], [24, [0x1f, 0x4e, 0, 0x1f, 0x4e, 0]]),
    '20000 × 20000 points',
  ],
  [
    'lossy WebP',
    bytes(40, [0, ascii('RIFF')], [8, ascii('WEBPVP8 ')], [26, [0xff, 0x3f, 0xff, 0x3f]]),
    '16383 × 16383 points',
  ],
  [
    'lossless WebP',
    bytes(40, [0, ascii('RIFF')], [8, ascii('WEBPVP8L')], [21, [0xff, 0xff, 0xff, 0x0f]]),
    '16384 × 16384 points',
  ],
])('tells a %s that claims more points than a laptop can hold', (_name, head, words) => {
  expect(tooManyPoints(head)).toBe(words);
});

test('says nothing of a small picture, of one that is cut off, and of what is none', () => {
  expect(tooManyPoints(TINY.png)).toBeUndefined();
  expect(tooManyPoints(new Uint8Array([0xff, 0xd8, 0xff]))).toBeUndefined();
  expect(tooManyPoints(new Uint8Array())).toBeUndefined();
});
