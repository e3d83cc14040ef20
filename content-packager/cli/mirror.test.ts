import { randomBytes } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { refreshRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { folderFetch } from '../writer/programme/folder-fetch.ts';
import { DAY_MS, NOW_MS, openCli, type TestCli } from './test-cli.ts';

vi.mock('#core/crypto/argon2.ts', async (original) =>
  (await import('./remember-derivations.ts')).rememberDerivations(await original()),
);

const MIB = 1024 * 1024;
let cli: TestCli;
let fingerprint = '';

async function chunksOn(folder: string): Promise<string[]> {
  const entries = await readdir(cli.path(`${folder}/chunks`), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** What a station or device finds in a mirror folder. */
async function versionsIn(folder: string): Promise<Readonly<Record<string, number>>> {
  const fetch = folderFetch(cli.path(folder));
  const trustedRoot = await readFile(cli.path('P/repository/metadata/1.root.json'));
  const repository = await refreshRepository({ store: createMemoryStore(), fetch, now: cli.nowMs, trustedRoot });
  await repository.listTargets('');
  expect(repository.failures.size).toBe(0);
  return repository.versions;
}

const pack = (version: string): Promise<Record<string, unknown>> =>
  cli.must(`pack @/in -o @/m.leesmodule --course maths --id week-1 --language en --version ${version}`);
const publish = (): Promise<Record<string, unknown>> =>
  cli.must('publish @/m.leesmodule --programme @/P --course maths --tutor Anna');

beforeAll(async () => {
  cli = await openCli({ 'in/a.md': '# A\n\nSums.', 'in/film.bin.txt': 'x' });
  await writeFile(
    cli.path('in/film.mp3'),
    Buffer.concat([Buffer.from('ID3\x04\x00\x00\x00\x00\x00\x00', 'latin1'), randomBytes(3 * MIB)]),
  );
  const made = await cli.must('programme init @/P --name "Prison school" --small');
  fingerprint = String(made['rootSha256']);
  await cli.must('programme add-course @/P maths --title "Mathematics"');
  await cli.must('programme add-tutor @/P maths Anna');
  await pack('1.0.0');
  await publish();
}, 60_000);
afterAll(() => cli.folder.remove());

test('a stick brings a whole programme to a folder that a station can read', async () => {
  expect(await cli.must('mirror export @/P @/stick')).toMatchObject({ modules: 1, left: 0, removed: 0 });
  expect(await cli.json('mirror import @/stick @/north')).toMatchObject({
    exitCode: 3,
    data: { error: { code: 'BAD_MIRROR' } },
  });
  const wrong = `mirror import @/stick @/north --fingerprint ${'0'.repeat(64)}`;
  expect((await cli.run(wrong)).exitCode).toBe(3);
  expect(await cli.must(`mirror import @/stick @/north --fingerprint ${fingerprint} --receiver north`)).toMatchObject({
    modules: 1,
    knownPieces: 0,
    rootVersion: 1,
  });
  expect(await versionsIn('north')).toEqual(await versionsIn('P/repository'));
  expect(await chunksOn('north')).toEqual(await chunksOn('P/repository'));
});

test('the next stick carries only what changed, and goes on to a second mirror only when that lacks nothing', async () => {
  const before = await chunksOn('P/repository');
  await writeFile(cli.path('in/a.md'), '# A\n\nBetter sums.');
  await pack('1.1.0');
  await publish();
  const fresh = (await chunksOn('P/repository')).filter((name) => !before.includes(name));
  await cli.must('mirror export @/P @/stick');
  const carried = await chunksOn('stick');
  expect(carried).toEqual(expect.arrayContaining(fresh));
  expect(carried.length).toBeLessThan(before.length);
  await cli.must('mirror import @/stick @/north --receiver north');
  expect(await versionsIn('north')).toEqual(await versionsIn('P/repository'));
  // A new mirror has nothing yet: this stick is not enough, and says so.
  const answer = await cli.json(`mirror import @/stick @/south --fingerprint ${fingerprint} --receiver south`);
  expect(answer).toMatchObject({ exitCode: 3, data: { error: { code: 'BAD_MIRROR' } } });
  await expect(readFile(cli.path('south/metadata/timestamp.json'))).rejects.toThrow();
  await cli.must('mirror export @/P @/stick2');
  await cli.must(`mirror import @/stick2 @/south --fingerprint ${fingerprint} --receiver south`);
  expect(await versionsIn('south')).toEqual(await versionsIn('north'));
});

test('a mirror follows a rotated root, and refuses a stick that is older than what it has', async () => {
  await cp(cli.path('stick'), cli.path('old-stick'), { recursive: true });
  await cli.must('programme rotate @/P root,timestamp');
  await cli.must('mirror export @/P @/stick');
  expect(await cli.must('mirror import @/stick @/north --receiver north')).toMatchObject({ rootVersion: 2 });
  expect((await versionsIn('north'))['root']).toBe(2);
  await cli.must('programme resign @/P');
  await cli.must('mirror export @/P @/stick');
  await cp(cli.path('stick'), cli.path('older-stick'), { recursive: true });
  await cli.must('programme resign @/P');
  await cli.must('mirror export @/P @/stick');
  await cli.must('mirror import @/stick @/north --receiver north');
  const kept = await readFile(cli.path('north/metadata/timestamp.json'));
  for (const stick of ['old-stick', 'older-stick'])
    expect((await cli.run(`mirror import @/${stick} @/north --receiver north`)).exitCode).toBe(3);
  expect(await readFile(cli.path('north/metadata/timestamp.json'))).toEqual(kept);
});

test('a damaged piece, a forged file and an expired stick change nothing', async () => {
  await cli.must('mirror export @/P @/bad');
  await cli.must(`mirror import @/bad @/east --fingerprint ${fingerprint} --receiver east`);
  await rm(cli.path('bad/received'), { recursive: true });
  const kept = await readFile(cli.path('east/metadata/timestamp.json'));
  await writeFile(cli.path('in/a.md'), '# A\n\nBest sums.');
  await pack('1.2.0');
  await publish();
  await cli.must('mirror export @/P @/bad');
  const here = await chunksOn('east');
  const [chunk = ''] = (await chunksOn('bad')).filter((name) => !here.includes(name));
  const path = cli.path(`bad/chunks/${chunk.slice(0, 2)}/${chunk}`);
  const good = await readFile(path);
  await writeFile(path, Buffer.from(good).fill(0, 0, 1));
  const bring = (): ReturnType<TestCli['json']> => cli.json('mirror import @/bad @/east --receiver east');
  expect(await bring()).toMatchObject({ exitCode: 3, data: { error: { code: 'BAD_MIRROR' } } });
  await rm(path);
  expect((await bring()).exitCode).toBe(3);
  await writeFile(path, good);
  const timestamp = await cli.text('bad/metadata/timestamp.json');
  await writeFile(cli.path('bad/metadata/timestamp.json'), timestamp.replace(/"expires": "20/, '"expires": "21'));
  expect((await bring()).exitCode).toBe(3);
  await writeFile(cli.path('bad/metadata/timestamp.json'), timestamp);
  cli.nowMs = NOW_MS + 41 * DAY_MS;
  expect(await bring()).toMatchObject({
    exitCode: 3,
    data: { error: { problem: expect.stringContaining('too old') } },
  });
  cli.nowMs = NOW_MS;
  expect(await readFile(cli.path('east/metadata/timestamp.json'))).toEqual(kept);
  expect((await bring()).exitCode).toBe(0);
});

test('a stick of one programme is never written over with another, and what is not ours stays', async () => {
  await writeFile(cli.path('stick/chunks/holiday.txt'), 'mine');
  await cli.must('mirror export @/P @/stick');
  expect(await cli.text('stick/chunks/holiday.txt')).toBe('mine');
  await cli.must('programme init @/Q --name "Other" --small');
  expect(await cli.json('mirror export @/Q @/stick')).toMatchObject({
    exitCode: 3,
    data: { error: { code: 'BAD_MIRROR' } },
  });
  expect((await cli.run('mirror export @/in @/stick3')).exitCode).toBe(3);
});
