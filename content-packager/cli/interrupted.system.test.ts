import { cp, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCli, type TestCli } from './test-cli.ts';
import { openDevice } from './test-device.ts';

vi.mock('#core/crypto/argon2.ts', async (original) =>
  (await import('./remember-derivations.ts')).rememberDerivations(await original()),
);

/** How many more files are written before the power goes; then none is written any more. */
let writesLeft = Number.POSITIVE_INFINITY;
vi.mock('../writer/programme/disk.ts', async (original) => {
  const disk = await original<typeof import('../writer/programme/disk.ts')>();
  return {
    ...disk,
    async writeDurably(...file: Parameters<typeof disk.writeDurably>) {
      if (writesLeft <= 0) throw new Error('the power is gone');
      writesLeft -= 1;
      return disk.writeDurably(...file);
    },
  };
});

let cli: TestCli;
let folders = 0;
beforeAll(async () => {
  cli = await openCli({ 'in/a.md': '# A\n\nSums.' });
  await cli.must('pack @/in -o @/m.leesmodule --course maths --id week-1 --language en');
  await cli.must('programme init @/BASE --name "Prison school" --small');
  await cli.must('programme add-course @/BASE maths --title "Mathematics"');
  await cli.must('programme add-tutor @/BASE maths Anna');
}, 60_000);
afterAll(() => cli.folder.remove());

test.each([
  ['publish @/m.leesmodule --programme @/X --course maths --tutor Anna'],
  ['programme rotate @/X root,targets,status,snapshot,timestamp'],
  ['programme add-tutor @/X maths Bob'],
  ['programme revoke @/X --device 00112233445566778899aabbccddeeff --reason "Stolen"'],
])('whenever the power goes during "%s", devices follow the old state or the new one', async (command) => {
  let cutOff = 0;
  for (let writes = 0; ; writes += 1) {
    folders += 1;
    const dir = `X${folders}`;
    const line = command.replaceAll('X', dir);
    await cp(cli.path('BASE'), cli.path(dir), { recursive: true });
    const device = await openDevice(cli, dir);
    const before = await device.follow();
    writesLeft = writes;
    const { exitCode } = await cli.run(line);
    writesLeft = Number.POSITIVE_INFINITY;
    // Whatever is there: looking at it finishes what was begun, and nothing has to be mended by hand.
    expect((await cli.run(`programme status @/${dir}`)).exitCode, `after ${writes} writes`).toBe(0);
    expect(await readdir(cli.path(dir))).not.toContain('.publishing.json');
    const after = await device.follow();
    expect((await after.listTargets('')).size).toBeGreaterThanOrEqual((await before.listTargets('')).size);
    expect(after.failures.size).toBe(0);
    // The same command again does its work, or says that it was done.
    const again = await cli.json(line);
    expect([0, 3], JSON.stringify(again.data)).toContain(again.exitCode);
    expect((await cli.must(`programme resign @/${dir}`))['published']).toBe(true);
    await device.follow();
    if (exitCode === 0) break;
    cutOff += 1;
  }
  expect(cutOff).toBeGreaterThan(4);
});
