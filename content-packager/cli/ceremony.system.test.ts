import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { isOlderMetadata, parseFloors } from '#core/licence/floors.ts';
import { openCli, type TestCli } from './test-cli.ts';
import { type FollowingDevice, openDevice } from './test-device.ts';

vi.mock('#core/crypto/argon2.ts', async (original) =>
  (await import('./remember-derivations.ts')).rememberDerivations(await original()),
);

const CUSTODIANS = [
  'root-1',
  'root-2',
  'root-3',
  'targets-1',
  'targets-2',
  'authorities-1',
  'authorities-2',
  'authorities-3',
];
let cli: TestCli;
let device: FollowingDevice;
let fingerprint = '';
const fingerprints = new Map<string, string>();

const machine = (name: string): string => `machines/${name}/${name}.json`;
/** What the publishing host reads out about a request. */
async function wordsOf(request: string): Promise<string> {
  const { words } = await cli.must(`programme words @/${request}`);
  return Array.isArray(words) ? words.join(' ') : '';
}
const signing = (request: string, name: string, words: string, more = ''): string =>
  `programme sign @/${request} --key @/${machine(name)} -o @/${name}.signed.json --words "${words}" ${more}`;
/** A custodian signs on a machine of their own, and the signatures come back to the publishing host. */
async function signAndImport(request: string, name: string, more = ''): Promise<Record<string, unknown>> {
  await cli.must(signing(request, name, await wordsOf(request), more));
  return cli.must(`programme import @/host @/${name}.signed.json`);
}
const hasPublished = (name: string): Promise<boolean> =>
  readFile(cli.path(`host/repository/metadata/${name}`)).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  cli = await openCli({ 'in/a.md': '# A\n\nSums.' });
  await mkdir(cli.path('public'));
  for (const name of [...CUSTODIANS, 'tutor-anna']) {
    const made = await cli.must(`programme new-key ${name} -o @/${machine(name)}`);
    fingerprints.set(name, String(made['fingerprint']));
    if (CUSTODIANS.includes(name)) await cp(String(made['publicFile']), cli.path(`public/${name}.public.json`));
  }
  const recovery = await cli.must('programme new-key recovery --recovery -o @/machines/recovery/recovery.json');
  await cp(String(recovery['publicFile']), cli.path('public/recovery.public.json'));
}, 60_000);
afterAll(() => cli.folder.remove());

describe('a programme whose custodians have machines of their own', () => {
  test('is published only when every role has its threshold', async () => {
    const made = await cli.must(
      'programme init @/host --name "Prison school" --public-keys @/public --request @/first.json',
    );
    expect(made).toMatchObject({ published: false, rootSha256: null });
    expect((await cli.must('programme status @/host'))['pending']).toMatchObject([
      {
        signatures: [
          { role: 'root', have: 0, need: 2 },
          { role: 'targets', have: 0, need: 2 },
          { role: 'authorities', have: 0, need: 2 },
          { role: 'status', have: 1, need: 1 },
        ],
      },
    ]);
    const shown = await cli.must(signing('first.json', 'root-3', await wordsOf('first.json'), '--first'));
    for (const name of CUSTODIANS)
      expect(shown['summary']).toContainEqual(expect.stringContaining(fingerprints.get(name)?.slice(0, 16) ?? 'none'));
    for (const name of ['root-3', 'targets-1', 'authorities-1', 'authorities-3', 'root-1']) {
      expect(await signAndImport('first.json', name, '--first')).toMatchObject({ published: false });
      expect(await hasPublished('1.root.json')).toBe(false);
      expect(await hasPublished('timestamp.json')).toBe(false);
    }
    const last = await signAndImport('first.json', 'targets-2', '--first');
    expect(last).toMatchObject({ published: true });
    fingerprint = String(last['rootSha256']);
    device = await openDevice(cli, 'host');
    const repository = await device.follow();
    expect(repository.versions).toMatchObject({ root: 1, targets: 1, timestamp: 1 });
    expect(await cli.must('programme status @/host')).toMatchObject({ rootSha256: fingerprint, pending: [] });
  });

  test('takes a tutor in with a key that never left the tutor, and publishes what the tutor signs at home', async () => {
    await cli.must('programme add-course @/host maths --title "Mathematics"');
    const add = 'programme add-tutor @/host maths "Anna de Wit" --public @/machines/tutor-anna/tutor-anna.public.json';
    expect(await cli.json(add)).toMatchObject({ exitCode: 5, data: { error: { code: 'KEY_MISSING' } } });
    expect(await cli.must(`${add} --request @/tutor.json`)).toMatchObject({ published: false });
    expect(await signAndImport('tutor.json', 'targets-1')).toMatchObject({ published: false });
    expect(await signAndImport('tutor.json', 'tutor-anna', `--fingerprint ${fingerprint}`)).toMatchObject({
      published: false,
    });
    expect(await signAndImport('tutor.json', 'targets-2')).toMatchObject({ published: true });

    await cli.must('pack @/in -o @/m.leesmodule --course maths --id week-1 --language en');
    const publish = 'publish @/m.leesmodule --programme @/host --course maths --tutor "Anna de Wit"';
    expect((await cli.run(publish)).exitCode).toBe(5);
    await cli.must(`${publish} --request @/module.json`);
    expect(await (await device.follow()).findTarget('courses/maths/week-1.json')).toBeUndefined();
    expect(await signAndImport('module.json', 'tutor-anna')).toMatchObject({ published: true });
    expect(await (await device.follow()).findTarget('courses/maths/week-1.json')).toBeDefined();
  });

  test('replaces a stolen root key with the two that are left, and the new custodian counts from then on', async () => {
    await cli.must(`programme new-key root-4 -o @/${machine('root-4')}`);
    await cli.must(
      `programme rotate @/host root --replace root-2 --public @/machines/root-4/root-4.public.json --request @/root.json`,
    );
    expect(await signAndImport('root.json', 'root-1')).toMatchObject({ published: false });
    expect(await signAndImport('root.json', 'root-4', `--fingerprint ${fingerprint}`)).toMatchObject({
      published: false,
      signatures: [{ role: 'root', have: 1, need: 2 }],
    });
    expect(await signAndImport('root.json', 'root-3')).toMatchObject({ published: true });
    expect((await device.follow()).rootVersion).toBe(2);
    await cli.must('programme resign @/host --role root --request @/again.json');
    const words = await wordsOf('again.json');
    // The stolen key knows the programme, and signs nothing any more.
    expect(await cli.json(signing('again.json', 'root-2', words, `--fingerprint ${fingerprint}`))).toMatchObject({
      exitCode: 5,
      data: { error: { code: 'UNKNOWN_KEY' } },
    });
    await signAndImport('again.json', 'root-4');
    expect(await signAndImport('again.json', 'root-1')).toMatchObject({ published: true });
    expect((await device.follow()).rootVersion).toBe(3);
  });

  test('raises floors with the authorities’ word, never lowers them, and shows the custodian what will count', async () => {
    const id = 'ab'.repeat(16);
    const raise = `programme floors @/host --app 1.2.0 --lists --licence ${id}=7`;
    expect(await cli.must(`${raise} --request @/floors.json`)).toMatchObject({ published: false });
    const shown = await cli.must(signing('floors.json', 'authorities-1', await wordsOf('floors.json')));
    expect(shown['summary']).toContainEqual(expect.stringContaining('the app from version 1.2.0 on'));
    expect(shown['summary']).toContainEqual(expect.stringContaining(`licences of ${id} from serial 7 on`));
    for (const name of ['authorities-1', 'authorities-3']) await signAndImport('floors.json', name);
    const repository = await device.follow();
    const floors = parseFloors(await repository.downloadTarget('authorities/floors.json'));
    expect(floors).toMatchObject({ app: '1.2.0', metadata: { root: 3 }, licences: new Map([[id, 7]]) });
    expect(isOlderMetadata({ root: 3, snapshot: repository.versions['snapshot'] ?? 0 }, floors.metadata)).toBe(false);
    expect((await cli.must('programme status @/host'))['floors']).toMatchObject({
      app: '1.2.0',
      licences: { [id]: 7 },
    });
    for (const lower of ['--app 1.1.9', `--licence ${id}=6`])
      expect(await cli.json(`programme floors @/host ${lower} --request @/lower.json`)).toMatchObject({
        exitCode: 3,
        data: { error: { code: 'LOWER_FLOOR' } },
      });
    expect(await cli.must('programme floors @/host --app 1.2.0')).toMatchObject({ published: true });
  });

  test('keeps what others book while a request waits, and refuses a second change of the same role', async () => {
    const anna = '@/machines/tutor-anna/tutor-anna.public.json';
    await cli.must('programme add-course @/host art --title "Art"');
    await cli.must(`programme add-tutor @/host art "Anna de Wit" --public ${anna} --request @/art.json`);
    await cli.must('programme add-course @/host music --title "Music"');
    expect(
      await cli.json(`programme add-tutor @/host music "Anna de Wit" --public ${anna} --request @/music.json`),
    ).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'REQUEST_WAITING' } },
    });
    await cli.must('programme resign @/host');
    for (const name of ['targets-1', 'tutor-anna', 'targets-2']) await signAndImport('art.json', name);
    const { courses } = await cli.must('programme status @/host');
    expect(courses).toMatchObject([{ id: 'maths' }, { id: 'art', tutors: ['Anna de Wit'] }, { id: 'music' }]);
    expect(await cli.json('programme import @/host @/targets-2.signed.json')).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'NO_SUCH_REQUEST' } },
    });
  });

  test('a request that was given up takes no signatures', async () => {
    await cli.must('programme resign @/host --role targets --request @/gone.json');
    await cli.must(signing('gone.json', 'targets-1', await wordsOf('gone.json')));
    await cli.must('programme cancel @/host');
    expect((await cli.run('programme import @/host @/targets-1.signed.json')).exitCode).toBe(3);
    // The key has signed this version before; the custodian is told when another of the same comes.
    cli.nowMs += 60_000;
    await cli.must('programme resign @/host --role targets --request @/new.json');
    const again = await cli.must(signing('new.json', 'targets-1', await wordsOf('new.json')));
    expect(again['warnings']).toHaveLength(1);
    await cli.must('programme cancel @/host');
  });
});

describe('a custodian refuses', () => {
  let request: Record<string, unknown>;
  /** Writes a changed request, gives it its own words, and lets targets-1 judge it. */
  async function judge(change: (request: ReturnType<typeof JSON.parse>) => void, name = 'targets-1', more = '') {
    const changed = JSON.parse(JSON.stringify(request));
    change(changed);
    await writeFile(cli.path('changed.json'), JSON.stringify(changed));
    const answer = await cli.json(signing('changed.json', name, await wordsOf('changed.json'), more));
    return answer.exitCode === 0 ? 'signed' : answer.data['error'];
  }
  const refused = expect.objectContaining({ code: 'REQUEST_REFUSED' });

  beforeAll(async () => {
    await cli.must('programme resign @/host --role root,targets --request @/good.json');
    request = JSON.parse(await cli.text('good.json'));
  });

  test('nothing of a request that is right', async () => {
    expect(await judge(() => undefined)).toBe('signed');
  });

  test('words that are not those of the request', async () => {
    const words = (await wordsOf('good.json')).split(' ');
    const others = [words[1], words[0], ...words.slice(2)].join(' ');
    expect(await cli.json(signing('good.json', 'targets-1', others))).toMatchObject({
      exitCode: 3,
      data: { error: { code: 'WORDS_DIFFER' } },
    });
    await judge((changed) => {
      changed.documents[1].signed.expires = '2027-01-01T00:00:00Z';
    });
    expect(await cli.json(signing('changed.json', 'targets-1', words.join(' ')))).toMatchObject({
      data: { error: { code: 'WORDS_DIFFER' } },
    });
  });

  test('to sign without knowing the programme, or for another one', async () => {
    expect(await judge(() => undefined, 'root-2')).toEqual(refused);
    expect(await judge(() => undefined, 'root-2', '--first')).toEqual(refused);
    expect(await judge(() => undefined, 'root-2', `--fingerprint ${'0'.repeat(64)}`)).toEqual(refused);
  });

  test.each<[string, (changed: ReturnType<typeof JSON.parse>) => void]>([
    ['a root that skips a version', (one) => one.documents[0].signed.version++],
    ['a root that needs fewer signatures', (one) => (one.documents[0].signed.roles.root.threshold = 1)],
    ['targets that need fewer signatures', (one) => (one.documents[0].signed.roles.targets.threshold = 1)],
    ['an older chain of roots', (one) => one.roots.pop()],
    ['roots that begin elsewhere', (one) => one.roots.shift()],
    ['a programme that begins anew', (one) => (one.roots = [])],
    [
      'published metadata that nobody signed',
      (one) => (one.current.targets = one.current.targets.replace('art', 'arts')),
    ],
    [
      'targets that publish a file',
      (one) =>
        (one.documents[1].signed.targets = { 'courses/x/y.json': { length: 1, hashes: { sha256: '0'.repeat(64) } } }),
    ],
    [
      'a course with the paths of another',
      (one) => (one.documents[1].signed.delegations.roles[2].paths = ['courses/art/*']),
    ],
    [
      'a role that does not end the search',
      (one) => (one.documents[1].signed.delegations.roles[2].terminating = false),
    ],
    ['a role of an unknown kind', (one) => (one.documents[1].signed.delegations.roles[2].name = 'everything')],
    ['targets without authorities', (one) => one.documents[1].signed.delegations.roles.shift()],
    ['an end that is years away', (one) => (one.documents[1].signed.expires = '2036-01-01T00:00:00Z')],
    ['an end that is past', (one) => (one.documents[1].signed.expires = '2026-01-01T00:00:00Z')],
    ['a role named twice', (one) => one.documents.push(one.documents[1])],
    ['a timestamp, which never travels', (one) => (one.documents[1].role = 'timestamp')],
  ])('%s', async (_, change) => {
    expect(await judge(change)).toEqual(refused);
  });

  test('authorities that hide what they vouch for', async () => {
    await cli.must('programme cancel @/host');
    await cli.must('programme resign @/host --role authorities --request @/authorities.json');
    request = JSON.parse(await cli.text('authorities.json'));
    expect(await judge((one) => (one.files = {}), 'authorities-1')).toEqual(refused);
    expect(await judge(() => undefined, 'authorities-1')).toBe('signed');
  });

  test('nothing that paints over the summary: control characters are shown as such', async () => {
    const painted = `${String.fromCharCode(27)}[2J`;
    const changed = JSON.parse(JSON.stringify(request));
    changed.programme = `Safe${painted}`;
    await writeFile(cli.path('changed.json'), JSON.stringify(changed));
    const { error } = await cli.run(signing('changed.json', 'authorities-1', await wordsOf('changed.json')));
    expect(error).toContain('Safe');
    expect(error).not.toContain(painted);
  });

  test('and the publishing host takes no signature that is wrong, or of a key that may not sign', async () => {
    await cli.must(signing('authorities.json', 'authorities-1', await wordsOf('authorities.json')));
    const good = JSON.parse(await cli.text('authorities-1.signed.json'));
    const bring = async (signatures: unknown) => {
      await writeFile(cli.path('bad.json'), JSON.stringify({ ...good, signatures }));
      return (await cli.json('programme import @/host @/bad.json')).data['error'];
    };
    const [one] = good.signatures;
    const refusedFile = expect.objectContaining({ code: 'BAD_SIGNATURE_FILE' });
    expect(
      await bring([{ ...one, sig: one.sig.replace(/^./, (digit: string) => (digit === '0' ? '1' : '0')) }]),
    ).toEqual(refusedFile);
    expect(await bring([{ ...one, keyid: '0'.repeat(64) }])).toEqual(refusedFile);
    expect(await bring([{ ...one, role: 'targets' }])).toEqual(refusedFile);
    expect((await cli.must('programme status @/host'))['pending']).toMatchObject([
      { signatures: [{ have: 0, need: 2 }] },
    ]);
    // The same signature twice is one signature.
    await cli.must('programme import @/host @/authorities-1.signed.json');
    expect(await cli.must('programme import @/host @/authorities-1.signed.json')).toMatchObject({
      published: false,
      signatures: [{ role: 'authorities', have: 1, need: 2 }],
    });
  });

  test('a request is bound to its bytes: the words cover everything that is signed', async () => {
    const before = await wordsOf('authorities.json');
    const changed = JSON.parse(JSON.stringify(request));
    changed.documents[0].signed.unknown = 1;
    expect(canonicalJson(changed.documents[0].signed)).not.toEqual(
      canonicalJson(JSON.parse(await cli.text('authorities.json')).documents[0].signed),
    );
    await writeFile(cli.path('changed.json'), JSON.stringify(changed));
    expect(await wordsOf('changed.json')).not.toBe(before);
    await rm(cli.path('changed.json'));
  });
});
