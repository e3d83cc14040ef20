import { copyFile, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { parseRecovery, parseStationAuthority } from '#core/licence/authorities.ts';
import { parseStatus } from '#core/licence/status.ts';
import { ageDecrypt, ageEncrypt } from '#core/parcel/age.ts';
import type { TestFolder } from '../readers/test-input.ts';
import { openRepository } from '../writer/programme/check-published.ts';
import { DAY_MS, NOW_MS, openCli, type TestCli } from './test-cli.ts';

vi.mock('#core/crypto/argon2.ts', async (original) =>
  (await import('./remember-derivations.ts')).rememberDerivations(await original()),
);

let cli: TestCli;
let folder: TestFolder;
const run: TestCli['run'] = (line, options) => cli.run(line, options);
const json: TestCli['json'] = (line) => cli.json(line);

beforeAll(async () => {
  cli = await openCli({
    wrong: 'another passphrase entirely\n',
    short: 'short',
    'in/a.md': '# A\n\n[x](https://example.org)',
    'in/b.md': '# B',
    'bad/x.docx': 'x',
  });
  ({ folder } = cli);
  expect((await run('programme init @/P --name "Prison school"')).exitCode).toBe(0);
  expect((await run('programme add-course @/P maths --title "Mathematics"')).exitCode).toBe(0);
  expect((await run('programme add-tutor @/P maths "Anna de Wit"')).exitCode).toBe(0);
}, 60_000);
afterAll(() => folder.remove());

describe('the whole way', () => {
  test('pack, publish, verify, inspect, and a device finds the module', async () => {
    const packed = await json('pack @/in -o @/m.leesmodule --course maths --id week-1 --language en');
    expect([packed.exitCode, packed.data['courseId'], packed.data['moduleId'], packed.data['version']]).toEqual([
      0,
      'maths',
      'week-1',
      '1.0.0',
    ]);
    expect(packed.data['report']).toEqual([
      {
        file: 'a.md',
        line: 3,
        code: 'EXTERNAL_LINK',
        detail: 'https://example.org',
        count: 1,
        what: 'links to the internet became plain text',
        advice: 'copy what the learner needs into the course',
      },
    ]);
    expect((await json('verify @/m.leesmodule --programme @/P')).data['published']).toBe(false);
    const published = await json('publish @/m.leesmodule --programme @/P --course maths --tutor "Anna de Wit"');
    expect([published.exitCode, published.data['path'], published.data['changed']]).toEqual([
      0,
      'courses/maths/week-1.json',
      true,
    ]);
    expect((await json('verify @/m.leesmodule --programme @/P')).data).toMatchObject({
      published: true,
      role: 'course-maths',
    });
    expect((await json('inspect @/m.leesmodule')).data).toMatchObject({ title: 'In', language: 'en' });
    const repository = await openRepository(join(folder.path, 'P'), cli.nowMs);
    const target = await repository.findTarget('courses/maths/week-1.json');
    expect(target?.custom).toMatchObject({ title: 'In', version: '1.0.0', language: 'en' });
  });

  test('publishing again changes nothing, other content needs a higher version, an older one is refused', async () => {
    const publish = 'publish @/n.leesmodule --programme @/P --course maths --tutor "Anna de Wit"';
    const packAs = (version: string, title: string) =>
      run(`pack @/in -o @/n.leesmodule --course maths --id week-2 --language en --version ${version} --title ${title}`);
    await packAs('1.2.9', 'One');
    expect((await json(publish)).data['changed']).toBe(true);
    expect((await json(publish)).data['changed']).toBe(false);
    await packAs('1.2.9', 'Two');
    expect(await json(publish)).toMatchObject({ exitCode: 3, data: { error: { code: 'SAME_VERSION' } } });
    await packAs('1.2.8', 'Two');
    expect(await json(publish)).toMatchObject({ exitCode: 3, data: { error: { code: 'OLDER_VERSION' } } });
    await packAs('1.2.10', 'Two');
    expect((await json(publish)).data['changed']).toBe(true);
  });

  test('a station is authorised, a device revoked, a module withdrawn, all signed', async () => {
    const key = (byte: string) => ({
      public: byte.repeat(32),
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2028-01-01T00:00:00Z',
    });
    const recipient = await identityToRecipient(await generateX25519Identity());
    const station = {
      siteId: 'north',
      siteName: 'North',
      stationName: 'Room 1',
      keys: {
        licence: key('1a'),
        receipt: key('2b'),
        age: { recipient, notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' },
      },
      maxLicenceDays: 30,
      capabilities: ['read', 'write'],
    };
    await writeFile(join(folder.path, 'station.json'), JSON.stringify(station));
    expect((await run('programme authorise-station @/P @/station.json')).exitCode).toBe(0);
    expect(
      (await run('programme revoke @/P --device 00112233445566778899aabbccddeeff --reason "Stolen"')).exitCode,
    ).toBe(0);
    expect((await run('programme withdraw @/P maths/week-1 --reason "Wrong sums"')).exitCode).toBe(0);
    expect((await run('programme withdraw @/P maths/nothing')).exitCode).toBe(3);
    expect((await run('programme revoke @/P --device xyz --reason "Stolen"')).exitCode).toBe(3);
    const repository = await openRepository(join(folder.path, 'P'), cli.nowMs);
    const status = parseStatus(await repository.downloadTarget('status/status.json'));
    expect(status).toMatchObject({
      version: 3,
      revokedDevices: [{ deviceId: '00112233445566778899aabbccddeeff', reason: 'Stolen', revokedAtMs: NOW_MS }],
      withdrawn: [{ path: 'courses/maths/week-1.json', version: null, reason: 'Wrong sums' }],
    });
    expect(
      parseStationAuthority(await repository.downloadTarget('authorities/stations/north.json')).keys.licence.public,
    ).toBe('1a'.repeat(32));
    expect((await json('programme status @/P')).data).toMatchObject({ ok: true, stations: ['north'] });
  });

  test('a backup key is wrapped for one new device with the recovery key', async () => {
    const repository = await openRepository(join(folder.path, 'P'), cli.nowMs);
    const { recipient } = parseRecovery(await repository.downloadTarget('authorities/recovery.json'));
    const device = await generateX25519Identity();
    const dataKey = new Uint8Array(32).fill(7);
    const wrappedDataKey = toBase64(await ageEncrypt(dataKey, recipient));
    const ids = { learnerId: 'learner', deviceId: '00112233445566778899aabbccddeeff', recoveryId: 'r1' };
    const deviceRecipient = await identityToRecipient(device);
    const requests = [
      { ...ids, wrappedKey: wrappedDataKey, recipient: deviceRecipient },
      {
        ...ids,
        backup: Buffer.from(JSON.stringify({ format: 'leeslicht-backup-v1', wrappedDataKey })).toString('base64'),
        deviceRecipient,
        purpose: 'new-pin',
      },
    ];
    for (const request of requests) {
      await writeFile(join(folder.path, 'request.json'), JSON.stringify(request));
      expect((await run('programme recover @/P --request @/request.json -o @/answer.json')).exitCode).toBe(0);
      const answer: { wrapped: string; recoveryId: string; purpose: string } = JSON.parse(
        await readFile(join(folder.path, 'answer.json'), 'utf8'),
      );
      expect(answer.recoveryId).toBe('r1');
      expect(answer.purpose).toBe('purpose' in request ? 'new-pin' : 'replacement');
      expect(await ageDecrypt(fromBase64(answer.wrapped), device)).toEqual(dataKey);
    }
    await writeFile(
      join(folder.path, 'request.json'),
      JSON.stringify({
        ...ids,
        wrappedKey: toBase64(await ageEncrypt(dataKey, deviceRecipient)),
        recipient: deviceRecipient,
      }),
    );
    expect((await run('programme recover @/P --request @/request.json -o @/answer2.json')).exitCode).toBe(3);
  });

  test('forty days without signing is expired, and signing anew mends it', async () => {
    cli.nowMs = NOW_MS + 41 * DAY_MS;
    expect((await run('programme status @/P')).exitCode).toBe(1);
    expect((await run('verify @/m.leesmodule --programme @/P')).exitCode).toBe(1);
    expect((await run('programme resign @/P')).exitCode).toBe(0);
    expect((await run('programme status @/P')).exitCode).toBe(0);
    cli.nowMs = NOW_MS;
  });
});

describe('keys', () => {
  test('two of three custodians are enough and one is not', async () => {
    expect((await run('programme init @/T --name "Three"')).exitCode).toBe(0);
    await rename(join(folder.path, 'T/keys/authorities-1.json'), join(folder.path, 'away-1.json'));
    expect((await run('programme authorise-station @/T @/station.json')).exitCode).toBe(0);
    await rename(join(folder.path, 'T/keys/authorities-2.json'), join(folder.path, 'away-2.json'));
    expect(await json('programme authorise-station @/T @/station.json')).toMatchObject({
      exitCode: 5,
      data: { error: { code: 'KEY_MISSING' } },
    });
    expect((await run('programme status @/T')).exitCode).toBe(0);
  });

  test('key files of another programme count for nothing', async () => {
    await copyFile(join(folder.path, 'P/keys/authorities-1.json'), join(folder.path, 'T/keys/authorities-1.json'));
    const before = await readFile(join(folder.path, 'T/repository/metadata/timestamp.json'));
    await rename(join(folder.path, 'T/keys/authorities-3.json'), join(folder.path, 'away-3.json'));
    await rename(join(folder.path, 'away-2.json'), join(folder.path, 'T/keys/authorities-2.json'));
    expect(await json('programme authorise-station @/T @/station.json')).toMatchObject({
      exitCode: 5,
      data: { error: { code: 'KEY_MISSING' } },
    });
    expect(await readFile(join(folder.path, 'T/repository/metadata/timestamp.json'))).toEqual(before);
  });

  test('every key file is encrypted, readable by its owner only, and not in the repository', async () => {
    const names = await readdir(join(folder.path, 'P/keys'));
    expect(names).toHaveLength(13);
    for (const name of names) {
      expect((await stat(join(folder.path, 'P/keys', name))).mode & 0o777).toBe(0o600);
      const file: Record<string, unknown> = JSON.parse(await readFile(join(folder.path, 'P/keys', name), 'utf8'));
      expect(Object.keys(file).sort()).toEqual(['ciphertext', 'format', 'iv', 'kdf', 'kind', 'name', 'public']);
    }
    expect(await readdir(join(folder.path, 'P/repository'))).toEqual(['chunks', 'leaves', 'metadata', 'targets']);
  });

  test('a wrong, short or missing passphrase and a swapped key file are told apart', async () => {
    expect((await json('programme resign @/P --passphrase-file @/wrong')).data['error']).toMatchObject({
      code: 'WRONG_PASSPHRASE',
    });
    expect((await run('programme init @/Q --name Q --passphrase-file @/short')).exitCode).toBe(5);
    expect((await run('programme resign @/P', { environment: {} })).exitCode).toBe(5);
    expect(
      (await run('programme resign @/P', { environment: { LEESLICHT_PASSPHRASE: 'correct horse battery staple' } }))
        .exitCode,
    ).toBe(0);
    const before = await readFile(join(folder.path, 'P/keys/status.json'));
    await writeFile(join(folder.path, 'P/keys/status.json'), await readFile(join(folder.path, 'P/keys/snapshot.json')));
    expect((await json('programme resign @/P')).data['error']).toMatchObject({ code: 'KEY_DAMAGED' });
    const renamed = String(await readFile(join(folder.path, 'P/keys/snapshot.json'))).replace(
      '"name": "snapshot"',
      '"name": "status"',
    );
    await writeFile(join(folder.path, 'P/keys/status.json'), renamed);
    expect((await json('programme resign @/P')).exitCode).toBe(5);
    await writeFile(join(folder.path, 'P/keys/status.json'), before);
  });
});

describe('a repository that was tampered with', () => {
  test.each(['timestamp.json', '1.root.json', '1.authorities.json'])(
    'nothing is signed on top of a changed %s',
    async (name) => {
      const path = join(folder.path, 'T/repository/metadata', name);
      const found = name === '1.authorities.json' ? path.replace('1.authorities', '2.authorities') : path;
      const good = await readFile(found, 'utf8');
      await writeFile(found, good.replace(/"expires": "20/, '"expires": "21'));
      const answer = await run('programme resign @/T');
      expect(answer.exitCode).toBe(3);
      expect((await run('programme status @/T')).exitCode).toBe(1);
      await writeFile(found, good);
    },
  );
});

describe('typed wrongly or refused', () => {
  test.each([
    ['', 2],
    ['packk x', 2],
    ['pack', 2],
    ['pack @/in', 2],
    ['pack @/in two words -o @/x', 2],
    ['pack @/in -o @/x --language nonsense!', 2],
    ['pack @/in -o @/x --id "No Id"', 2],
    ['pack @/in -o @/x --unknown', 2],
    ['pack @/bad -o @/x', 3],
    ['pack @/gone -o @/x', 4],
    ['pack @/in -o @/gone/x', 4],
    ['verify @/gone', 4],
    ['verify @/pass', 1],
    ['inspect @/pass', 1],
    ['programme init @/P --name again', 3],
    ['programme status @/in', 3],
    ['programme add-course @/P maths --title x', 3],
    ['programme add-tutor @/P maths "Anna de Wit"', 3],
    ['programme add-tutor @/P physics Bob', 3],
    ['publish @/m.leesmodule --programme @/P --course maths --tutor Nobody', 3],
    ['publish @/m.leesmodule --programme @/P --course physics --tutor Nobody', 3],
    ['programme authorise-station @/P @/pass', 3],
    ['--help', 0],
    ['pack --help', 0],
  ])('%s ends with %i', async (line, exitCode) => {
    const answer = await run(line);
    expect(answer.exitCode).toBe(exitCode);
    if (exitCode > 0 && line !== '') {
      expect(answer.error).toMatch(/^leeslicht: .+\.\n.+/);
      const asJson = await run(`${line} --json`);
      expect(JSON.parse(asJson.out)).toMatchObject({ ok: false, exitCode });
    }
  });
});
