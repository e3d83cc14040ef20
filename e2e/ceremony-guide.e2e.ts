import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { root, runProgram } from './support/processes.ts';

const guide = readFileSync(resolve(root, 'docs/guides/ceremony.md'), 'utf8');
const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');

test('the ceremony guide can be followed word for word, from the first key to the last recovery', () => {
  test.setTimeout(900_000);
  const practice = mkdtempSync(join(tmpdir(), 'leeslicht-guide-'));
  try {
    // One shell for all blocks, as somebody has who types them one after the other; the first failure ends it.
    const script = ['set -euo pipefail', ...blocks].join('\n');
    const run = spawnSync('bash', ['-c', script], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: practice, PRACTICE: practice },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(`${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}\nexit ${run.status}`).toMatch(/exit 0$/);

    const statusOf = (folder: string): Record<string, unknown> => {
      const { status, stdout } = runProgram('leeslicht', ['programme', 'status', join(practice, folder), '--json']);
      expect(status).toBe(0);
      return JSON.parse(stdout);
    };
    const host = statusOf('host');
    const keysOf = new Map<string, string[]>(
      Array.isArray(host['roles']) ? host['roles'].map(({ role, keys }) => [role, keys]) : [],
    );
    expect(keysOf.get('root')).toEqual(['root-1', 'root-4', 'root-3']);
    expect(keysOf.get('targets')).toEqual(['targets-3', 'targets-2']);
    expect(keysOf.get('authorities')).toEqual(['authorities-1', 'authorities-2', 'authorities-4']);
    expect(keysOf.get('status')).toEqual(['status-3']);
    expect(host).toMatchObject({
      courses: [{ id: 'maths', tutors: ['Bob Smit'], modules: [{ path: 'courses/maths/week-1.json' }] }],
      stations: ['north'],
      revokedDevices: [],
      withdrawn: [],
      pending: [],
      expired: [],
      runningOut: [],
    });
    expect(statusOf('school')).toMatchObject({ small: true, courses: [{ id: 'dutch', tutors: ['Cas'] }] });
  } finally {
    rmSync(practice, { recursive: true, force: true });
  }
});
