import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const program = resolve(import.meta.dirname, 'tuf-client');

test('the conformance client runs from a checkout, builds itself and keeps to exit status 0 and 1', async () => {
  accessSync(program, constants.X_OK);
  const folder = await mkdtemp(join(tmpdir(), 'leeslicht-tuf-bin-'));
  try {
    const run = spawnSync(program, ['--metadata-dir', folder, 'init', join(folder, 'none')], { encoding: 'utf8' });
    expect(run.stderr).toContain('ENOENT');
    expect(run.status).toBe(1);
    expect(run.stdout).toBe('');
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
