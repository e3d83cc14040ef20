import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { deflate, inflate } from './deflate.ts';

test('gives back what was compressed, and others read it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      const small = await deflate(bytes);
      expect(await inflate(small, 5_000)).toEqual(bytes);
      expect(new Uint8Array(inflateRawSync(small))).toEqual(bytes);
    }),
    { numRuns: 30 },
  );
});

test('refuses damage and what would grow beyond its bound', async () => {
  const bomb = await deflate(new Uint8Array(10_000_000));
  await expect(inflate(bomb, 9_999_999)).rejects.toThrow('BAD_DEFLATE');
  await expect(inflate(utf8('no deflate at all'), 1_000)).rejects.toThrow('BAD_DEFLATE');
  await expect(inflate(bomb.subarray(0, 100), 10_000_000)).rejects.toThrow('BAD_DEFLATE');
});
