import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openObjects } from './objects.ts';

test('gives back what was put, and refuses a file that changed on the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-objects-'));
  const objects = await openObjects(folder);
  const hash = await objects.put(new Uint8Array([1, 2, 3]));
  expect(await objects.get(hash)).toEqual(new Uint8Array([1, 2, 3]));
  expect(await objects.get('0'.repeat(64))).toBeUndefined();
  writeFileSync(join(folder, 'objects', hash), 'other');
  await expect(objects.get(hash)).rejects.toMatchObject({ code: 'DAMAGED' });
  await expect(objects.get('../secret')).rejects.toMatchObject({ code: 'BAD_HASH' });
  rmSync(folder, { recursive: true, force: true });
});
