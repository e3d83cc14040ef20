import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toBase64 } from '#core/bytes/base64.ts';
import { parseRecovery, parseStationAuthority, RECOVERY_PATH, stationPath } from '#core/licence/authorities.ts';
import { parseStatus, STATUS_PATH } from '#core/licence/status.ts';
import { ageEncrypt } from '#core/parcel/age.ts';
import { writeJournal } from '../writer/programme/journal.ts';
import { readProgramme } from '../writer/programme/programme-file.ts';
import { DAY_MS, NOW_MS, openCli, type TestCli } from './test-cli.ts';
import { type FollowingDevice, openDevice } from './test-device.ts';
import { evilRole, openThief } from './test-thief.ts';

vi.mock('#core/crypto/argon2.ts', async (original) =>
  (await import('./remember-derivations.ts')).rememberDerivations(await original()),
);

const MODULE = 'courses/maths/week-1.json';
const RUN_UP = 8_000_000_000_000_000;
let cli: TestCli;

function stationFile(byte: string, notBeforeMs: number, notAfterMs: number): string {
  const day = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
  const validity = { notBefore: day(notBeforeMs), notAfter: day(notAfterMs) };
  return JSON.stringify({
    siteId: 'north',
    siteName: 'North',
    stationName: 'Room 1',
    keys: {
      licence: { public: `a${byte}`.repeat(32), ...validity },
      receipt: { public: `b${byte}`.repeat(32), ...validity },
      age: { recipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p', ...validity },
    },
    maxLicenceDays: 30,
    capabilities: ['read', 'write', 'quiz'],
  });
}

/** A copy of a programme with two tutors and one published module, and a device that follows it. */
async function newProgramme(name: string): Promise<FollowingDevice> {
  await cp(cli.path('BASE'), cli.path(name), { recursive: true });
  const device = await openDevice(cli, name);
  await device.follow();
  return device;
}

beforeAll(async () => {
  cli = await openCli({
    'in/a.md': '# A\n\nSums.',
    'north-1.json': stationFile('1', NOW_MS - DAY_MS, NOW_MS + 440 * DAY_MS),
    'north-2.json': stationFile('2', NOW_MS + 300 * DAY_MS, NOW_MS + 740 * DAY_MS),
    'north-late.json': stationFile('3', NOW_MS + 400 * DAY_MS, NOW_MS + 840 * DAY_MS),
  });
  await cli.must('pack @/in -o @/m.leesmodule --course maths --id week-1 --language en');
  await cli.must('programme init @/BASE --name "Prison school"');
  await cli.must('programme add-course @/BASE maths --title "Mathematics"');
  await cli.must('programme add-tutor @/BASE maths "Anna de Wit"');
  await cli.must('programme add-tutor @/BASE maths "Bob Smit"');
  await cli.must('publish @/m.leesmodule --programme @/BASE --course maths --tutor "Anna de Wit"');
}, 60_000);
afterAll(() => cli.folder.remove());

describe('a device that was enrolled long ago follows', () => {
  let device: FollowingDevice;
  beforeAll(async () => {
    device = await newProgramme('R');
  }, 30_000);

  test.each([
    ['root --replace root-2', 'root-2', 'root-4'],
    ['targets --replace targets-1', 'targets-1', 'targets-3'],
    ['authorities --replace authorities-3', 'authorities-3', 'authorities-4'],
    ['status', 'status', 'status-2'],
    ['snapshot', 'snapshot', 'snapshot-2'],
    ['timestamp', 'timestamp', 'timestamp-2'],
    ['course-maths --replace "Anna de Wit"', 'tutor-maths-anna-de-wit', 'tutor-maths-anna-de-wit-2'],
  ])('when the key of %s is replaced', async (typed, oldKey, newKey) => {
    const before = await device.follow();
    const { rotated } = await cli.must(`programme rotate @/R ${typed}`);
    expect(rotated).toMatchObject([{ oldKey, newKey, isHere: true }]);
    const after = await device.follow();
    expect(Object.values(after.versions)).not.toEqual(Object.values(before.versions));
    expect((await after.findTarget(MODULE))?.role).toBe('course-maths');
    expect((await after.findTarget(STATUS_PATH))?.role).toBe('status');
    expect(after.failures.size).toBe(0);
    const keys = await readdir(cli.path('R/keys'));
    expect(keys).toContain(`${newKey}.json`);
    expect(keys).not.toContain(`${oldKey}.json`);
    expect(await readdir(cli.path('R/keys/retired'))).toContain(`${oldKey}.json`);
    // A device that never saw the years in between follows as well.
    const fresh = await (await openDevice(cli, 'R')).follow();
    expect(fresh.versions).toMatchObject({ root: after.rootVersion, timestamp: after.versions['timestamp'] });
  });

  test('when several keys are replaced with one signing of root', async () => {
    const { rootVersion } = await device.follow();
    await cli.must('programme rotate @/R snapshot,timestamp,status');
    expect((await device.follow()).rootVersion).toBe(rootVersion + 1);
  });

  test('when the recovery key is replaced, and old backups still open with the old one', async () => {
    const recipientOf = async (): Promise<string> =>
      parseRecovery(await (await device.follow()).downloadTarget(RECOVERY_PATH)).recipient;
    const before = await recipientOf();
    await cli.must('programme rotate @/R recovery');
    expect(await recipientOf()).not.toBe(before);
    const keys = ['recovery.json', 'recovery-2.json'];
    expect(await readdir(cli.path('R/keys'))).toEqual(expect.arrayContaining(keys));
    const dataKey = new Uint8Array(32).fill(7);
    const request = {
      learnerId: 'learner',
      deviceId: '00112233445566778899aabbccddeeff',
      wrappedKey: toBase64(await ageEncrypt(dataKey, before)),
      recipient: await recipientOf(),
    };
    await writeFile(cli.path('request.json'), JSON.stringify(request));
    const recover = 'programme recover --request @/request.json -o @/answer.json';
    await cli.must(`${recover.replace('recover', 'recover @/R')}`);
    // A custodian needs the key file alone, and it must be the one that the backup was sealed for.
    await cli.must(`${recover} --key @/R/keys/recovery.json`);
    expect(await cli.json(`${recover} --key @/R/keys/recovery-2.json`)).toMatchObject({ exitCode: 3 });
    expect((await cli.run(`${recover} --key @/R/keys/root-1.json`)).exitCode).toBe(5);
    expect((await cli.run(recover)).exitCode).toBe(2);
  });

  test('when offline roles are signed anew', async () => {
    const before = await device.follow();
    await cli.must('programme resign @/R --role root,targets,authorities,course-maths');
    const after = await device.follow();
    for (const role of ['root', 'targets', 'authorities', 'course-maths'])
      expect(after.versions[role], role).toBe((before.versions[role] ?? 0) + 1);
  });

  test('when a course ends and when it begins again', async () => {
    await cli.must('programme add-course @/R art --title "Art"');
    await cli.must('programme add-tutor @/R art "Cas"');
    expect((await device.follow()).failures.size).toBe(0);
    await cli.must('programme remove-course @/R art');
    await device.follow();
    await cli.must('programme add-course @/R art --title "Art again"');
    await cli.must('programme add-tutor @/R art "Dina"');
    const after = await device.follow();
    await after.listTargets('');
    expect([after.failures.size, after.versions['course-art']]).toEqual([0, 2]);
  });

  test('and rotating asks which key where a role has several', async () => {
    expect(await cli.json('programme rotate @/R root')).toMatchObject({
      exitCode: 5,
      data: { error: { code: 'UNKNOWN_KEY' } },
    });
    expect((await cli.run('programme rotate @/R physics')).exitCode).toBe(3);
    expect((await cli.run('programme rotate @/R root,status --replace root-1')).exitCode).toBe(3);
  });
});

describe('a stolen key', () => {
  test('timestamp: a thief can run its version up so that honest news is refused, until the key is rotated', async () => {
    const device = await newProgramme('S1');
    const thief = await openThief(cli, 'S1');
    await device.follow(await thief.publish({ timestampVersion: RUN_UP }));
    await cli.must('programme resign @/S1');
    await expect(device.follow()).rejects.toMatchObject({ code: 'ROLLBACK', role: 'timestamp' });
    await cli.must('programme rotate @/S1 timestamp');
    expect((await device.follow()).versions['timestamp']).toBeLessThan(100);
    await expect(device.follow(await thief.publish({ timestampVersion: RUN_UP + 1 }))).rejects.toMatchObject({
      code: 'BAD_SIGNATURE',
    });
  });

  test('snapshot and timestamp, and the published folder written over: rotating both starts versions again', async () => {
    const device = await newProgramme('S2');
    const thief = await openThief(cli, 'S2');
    const forged = await thief.publish({ timestampVersion: RUN_UP, snapshotVersion: RUN_UP });
    for (const [path, bytes] of Object.entries(forged)) await writeFile(cli.path(`S2/repository/${path}`), bytes);
    await device.follow();
    expect(await cli.json('programme resign @/S2')).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'VERSIONS_SPENT' } },
    });
    await cli.must('programme rotate @/S2 snapshot,timestamp');
    const after = await device.follow();
    expect(after.versions).toMatchObject({ snapshot: 1, timestamp: 1 });
    expect(await after.findTarget(MODULE)).toBeDefined();
  });

  test('course: with the publishing host as well, a thief shows what he likes in this course and no other', async () => {
    const device = await newProgramme('S3');
    const thief = await openThief(cli, 'S3');
    const evil = evilRole(cli, RUN_UP, { [MODULE]: 'evil', 'courses/art/week-1.json': 'evil' });
    const role = { name: 'course-maths', version: RUN_UP, document: evil.document, keys: ['tutor-maths-anna-de-wit'] };
    const forged = { ...(await thief.publish({ timestampVersion: 50, role })), ...evil.files };
    const deceived = await device.follow(forged);
    expect((await deceived.findTarget(MODULE))?.length).toBe(4);
    expect(await deceived.findTarget('courses/art/week-1.json')).toBeUndefined();
    await cli.must('programme rotate @/S3 course-maths --replace "Anna de Wit"');
    await cli.must('programme rotate @/S3 snapshot,timestamp');
    const after = await device.follow();
    expect((await after.findTarget(MODULE))?.length).toBeGreaterThan(100);
    await expect(device.follow(forged)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  test('status: a thief with the publishing host can revoke devices, and it is taken back', async () => {
    const device = await newProgramme('S4');
    const innocent = '00112233445566778899aabbccddeeff';
    await cli.must(`programme revoke @/S4 --device ${innocent} --reason "by a thief"`);
    const listed = async (): Promise<number> =>
      parseStatus(await (await device.follow()).downloadTarget(STATUS_PATH)).revokedDevices.length;
    expect(await listed()).toBe(1);
    await cli.must('programme rotate @/S4 status,snapshot,timestamp');
    await cli.must(`programme reinstate @/S4 --device ${innocent}`);
    expect(await listed()).toBe(0);
  });

  test.each([
    ['targets', 'targets-1', 'targets'],
    ['authorities', 'authorities-1', 'authorities'],
  ])('%s: one key and the publishing host are not enough, and the key is replaced', async (name, keyName, role) => {
    const device = await newProgramme(`S-${name}`);
    const thief = await openThief(cli, `S-${name}`);
    const evil = evilRole(cli, 9, role === 'authorities' ? { [stationPath('evil')]: '{}' } : {});
    const forged = await thief.publish({
      timestampVersion: 50,
      role: { name: role, version: 9, document: evil.document, keys: [keyName] },
    });
    if (role === 'targets') await expect(device.follow(forged)).rejects.toMatchObject({ code: 'THRESHOLD', role });
    else
      await expect((await device.follow(forged)).findTarget(stationPath('evil'))).rejects.toMatchObject({
        code: 'THRESHOLD',
        role,
      });
    await cli.must(`programme rotate @/S-${name} ${name} --replace ${keyName}`);
    await cli.must(`programme rotate @/S-${name} snapshot,timestamp`);
    const after = await device.follow();
    expect(await after.findTarget(RECOVERY_PATH)).toBeDefined();
    expect(await after.findTarget(MODULE)).toBeDefined();
  });

  test('root: one key makes no root that a device takes, and the two others replace it', async () => {
    const device = await newProgramme('S5');
    const { signMetadata } = await import('#core/repository/sign.ts');
    const { parseSigned } = await import('#core/repository/signed.ts');
    const thief = await openThief(cli, 'S5');
    const { signed } = parseSigned(await readFile(cli.path('S5/repository/metadata/1.root.json')), 'root');
    const next = JSON.parse(JSON.stringify(signed));
    next.version = 2;
    const forged = { 'metadata/2.root.json': await signMetadata(next, [thief.key('root-1')]) };
    await expect(device.follow(forged)).rejects.toMatchObject({ code: 'THRESHOLD', role: 'root' });
    await rm(cli.path('S5/keys/root-1.json'));
    await cli.must('programme rotate @/S5 root --replace root-1');
    expect((await device.follow()).rootVersion).toBe(2);
    next.version = 3;
    const again = { 'metadata/3.root.json': await signMetadata(next, [thief.key('root-1'), thief.key('root-2')]) };
    // With a second old key the thief would have two of the old three, but only one of those that count now.
    await expect(device.follow(again)).rejects.toMatchObject({ code: 'THRESHOLD', role: 'root' });
  });
});

describe('people and modules come and go', () => {
  let device: FollowingDevice;
  beforeAll(async () => {
    device = await newProgramme('P');
  }, 30_000);

  test('a removed tutor leaves the old modules and can add nothing, not even with the publishing host', async () => {
    const thief = await openThief(cli, 'P');
    await cli.must('programme remove-tutor @/P maths "Anna de Wit"');
    const after = await device.follow();
    expect(await after.findTarget(MODULE)).toBeDefined();
    expect(
      (await cli.run('publish @/m.leesmodule --programme @/P --course maths --tutor "Anna de Wit"')).exitCode,
    ).toBe(3);
    const version = (after.versions['course-maths'] ?? 0) + 1;
    const evil = evilRole(cli, version, { 'courses/maths/more.json': 'more' });
    const role = { name: 'course-maths', version, document: evil.document, keys: ['tutor-maths-anna-de-wit'] };
    const other = await openDevice(cli, 'P');
    const deceived = await other.follow(await thief.publish({ timestampVersion: 90, role }));
    await expect(deceived.findTarget('courses/maths/more.json')).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  test('the last tutor of a course cannot be removed, and a removed one can come back', async () => {
    expect(await cli.json('programme remove-tutor @/P maths "Bob Smit"')).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'LAST_TUTOR' } },
    });
    await cli.must('programme add-tutor @/P maths "Anna de Wit"');
    expect((await cli.must('programme status @/P'))['courses']).toMatchObject([
      { tutors: ['Bob Smit', 'Anna de Wit'] },
    ]);
  });

  test('a withdrawn module is on the list until it is offered again', async () => {
    const fresh = await newProgramme('W');
    const withdrawn = async () => parseStatus(await (await fresh.follow()).downloadTarget(STATUS_PATH)).withdrawn;
    await cli.must('programme withdraw @/W maths/week-1 --reason "Wrong sums"');
    expect(await withdrawn()).toEqual([{ path: MODULE, version: null, reason: 'Wrong sums' }]);
    await cli.must('programme reinstate @/W --module maths/week-1');
    expect(await withdrawn()).toEqual([]);
    expect((await cli.run('programme reinstate @/W')).exitCode).toBe(2);
  });

  test("a station's new keys must overlap the old ones by 70 days, unless the old ones are dropped", async () => {
    const grant = async () => parseStationAuthority(await (await device.follow()).downloadTarget(stationPath('north')));
    await cli.must('programme authorise-station @/P @/north-1.json --days 14 --capabilities read,write,unknown');
    expect(await grant()).toMatchObject({
      maxLicenceDays: 14,
      capabilities: ['read', 'write'],
      earlierKeys: { licence: [] },
    });
    expect(await cli.json('programme authorise-station @/P @/north-late.json')).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'SHORT_OVERLAP' } },
    });
    await cli.must('programme authorise-station @/P @/north-2.json');
    expect((await grant()).earlierKeys.licence.map((key) => key.public)).toEqual(['a1'.repeat(32)]);
    await cli.must('programme authorise-station @/P @/north-late.json --drop-old-keys');
    expect((await grant()).earlierKeys).toEqual({ licence: [], receipt: [] });
    await cli.must('programme remove-station @/P north');
    expect(await (await device.follow()).findTarget(stationPath('north'))).toBeUndefined();
    expect((await cli.run('programme remove-station @/P north')).exitCode).toBe(3);
  });
});

describe('the publishing host', () => {
  let device: FollowingDevice;
  beforeAll(async () => {
    device = await newProgramme('H');
  }, 30_000);

  test('status says what runs out: 0, then 2 within 14 days, then 1, also from inside the folder', async () => {
    const status = async (days: number) => {
      cli.nowMs = NOW_MS + days * DAY_MS;
      const answer = await cli.run('programme status --json', { in: 'H/repository/metadata' });
      cli.nowMs = NOW_MS;
      return [answer.exitCode, JSON.parse(answer.out)] as const;
    };
    expect((await status(25))[0]).toBe(0);
    const [soon, soonData] = await status(27);
    expect([soon, soonData.expired, soonData.runningOut]).toEqual([2, [], ['status', 'snapshot', 'timestamp']]);
    const [late, lateData] = await status(40);
    expect([late, lateData.expired]).toEqual([1, ['status', 'snapshot', 'timestamp']]);
    expect((await cli.run('programme status', { in: 'in' })).exitCode).toBe(3);
  });

  test('a timer signs again and again with the passphrase that was given once', async () => {
    const before = (await device.follow()).versions['timestamp'] ?? 0;
    const waits: number[] = [];
    cli.wait = async (ms) => {
      waits.push(ms);
      // Gone after the first time: only what is remembered can sign.
      await rm(cli.path('pass2'), { force: true });
      return waits.length < 3;
    };
    await writeFile(cli.path('pass2'), await readFile(cli.path('pass')));
    const answer = await cli.run('programme resign @/H --every 7d --passphrase-file @/pass2', { environment: {} });
    expect([answer.exitCode, waits]).toEqual([0, [7 * DAY_MS, 7 * DAY_MS, 7 * DAY_MS]]);
    expect((await device.follow()).versions['timestamp']).toBe(before + 3);
    expect((await cli.run('programme resign @/H --every 30d')).exitCode).toBe(2);
    expect((await cli.run('programme resign @/H --every 7d --role root')).exitCode).toBe(2);
  });

  test('a publication that was cut off after its root is finished by the next command', async () => {
    const before = await readFile(cli.path('H/repository/metadata/timestamp.json'));
    const programmeBefore = await readFile(cli.path('H/programme.json'));
    await cli.must('programme rotate @/H timestamp');
    const metadata = new Map<string, Uint8Array>();
    for (const name of ['2.root.json', 'timestamp.json'])
      metadata.set(name, await readFile(cli.path(`H/repository/metadata/${name}`)));
    await writeJournal(cli.path('H'), metadata, await readProgramme(cli.path('H')));
    // As if the power had gone after the root was written and before the rest.
    await writeFile(cli.path('H/repository/metadata/timestamp.json'), before);
    await writeFile(cli.path('H/programme.json'), programmeBefore);
    await expect(device.follow()).rejects.toMatchObject({ code: 'BAD_SIGNATURE', role: 'timestamp' });
    expect((await cli.run('programme status @/H')).exitCode).toBe(0);
    expect((await device.follow()).rootVersion).toBe(2);
    expect((await readProgramme(cli.path('H'))).keys.has('timestamp-2')).toBe(true);
  });

  test('a key in the published folder stops every command, and none is made or used there', async () => {
    await writeFile(cli.path('H/repository/oops.json'), await readFile(cli.path('H/keys/root-1.json')));
    for (const command of ['resign @/H', 'status @/H'])
      expect(await cli.json(`programme ${command}`)).toMatchObject({
        exitCode: 5,
        data: { error: { code: 'KEY_IN_REPOSITORY' } },
      });
    const used = `programme sign @/none --key @/H/repository/oops.json -o @/x --fingerprint ${'0'.repeat(64)}`;
    expect((await cli.run(used)).exitCode).not.toBe(0);
    await rm(cli.path('H/repository/oops.json'));
    await mkdir(cli.path('H/repository/chunks/deep'), { recursive: true });
    for (const place of ['repository/root-9.json', 'repository/chunks/deep/root-9.json'])
      expect(await cli.json(`programme new-key root-9 -o @/H/${place}`)).toMatchObject({
        exitCode: 5,
        data: { error: { code: 'KEY_IN_REPOSITORY' } },
      });
    expect((await cli.run('programme init @/H/repository/chunks/new --name Inside')).exitCode).toBe(5);
    expect((await cli.run('programme status @/H')).exitCode).toBe(0);
  });

  test('a key that its holder takes away gets a passphrase of its own, and signs with it alone', async () => {
    await writeFile(cli.path('mine'), 'a passphrase of my own\n');
    const key = 'H/keys/targets-1.json';
    await cli.must(`programme change-passphrase @/${key} --new-passphrase-file @/mine`);
    await rename(cli.path(key), cli.path('targets-1.json'));
    await cli.must('programme resign @/H --role targets --request @/targets.json');
    const { words } = await cli.must('programme words @/targets.json');
    const { rootSha256 } = await cli.must('programme status @/H');
    const text = Array.isArray(words) ? words.join(' ') : '';
    const sign = `programme sign @/targets.json --key @/targets-1.json -o @/s.json --words "${text}" --fingerprint ${rootSha256}`;
    expect(await cli.json(sign)).toMatchObject({ exitCode: 5, data: { error: { code: 'WRONG_PASSPHRASE' } } });
    await cli.must(`${sign} --passphrase-file @/mine`);
    expect(await cli.must('programme import @/H @/s.json')).toMatchObject({ published: true });
    await device.follow();
  });

  test('no new key is made under a passphrase that opens none of the others', async () => {
    await writeFile(cli.path('other'), 'another passphrase entirely\n');
    const before = await readdir(cli.path('H/keys'));
    expect((await cli.run('programme rotate @/H snapshot --passphrase-file @/other')).exitCode).toBe(5);
    expect(await readdir(cli.path('H/keys'))).toEqual(before);
  });
});
