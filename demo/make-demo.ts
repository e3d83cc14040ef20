import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const COURSES = [
  { id: 'study-on-your-own-en', title: 'Study on your own', tutor: 'Anna de Wit' },
  { id: 'zelfstandig-studeren-nl', title: 'Zelfstandig studeren', tutor: 'Anna de Wit' },
] as const;

const STAFF = [
  { user: 'tutor', name: 'Anna de Wit', role: 'tutor' },
  { user: 'officer', name: 'Sam Bakker', role: 'security' },
  { user: 'admin', name: 'Noor Jansen', role: 'administrator' },
] as const;

/** Where everything of one demo lies, below one folder. */
export interface DemoFolders {
  readonly programme: string;
  readonly station: string;
  readonly bundles: string;
  readonly secrets: string;
  readonly passphraseFile: string;
}

/** The folders of the demo in `folder`. */
export function demoFolders(folder: string): DemoFolders {
  const secrets = join(folder, 'secrets');
  return {
    programme: join(folder, 'programme'),
    station: join(folder, 'station'),
    bundles: join(folder, 'bundles'),
    secrets,
    passphraseFile: join(secrets, 'passphrase.txt'),
  };
}

/** Reads the secret of that name, or makes a random one readable by its owner only (mode 0600). */
function secretFile(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(15).toString('base64url')}\n`, { mode: 0o600 });
  return path;
}

function runCli(root: string, program: string, args: readonly string[]): void {
  const run = spawnSync(process.execPath, [join(root, 'bin', program), ...args], { cwd: root, encoding: 'utf8' });
  if (run.status === 0) return;
  const said = `${run.stdout ?? ''}${run.stderr ?? ''}`.trim();
  throw new Error(`${program} ${args.slice(0, 2).join(' ')} stopped with ${run.status ?? run.signal}: ${said}`);
}

/**
 * Makes the demo in `folder` with the built command-line programs in `root`/bin: a programme with keys,
 * a station, two published courses, staff and one learner. Each finished step is written down at once in
 * demo-steps.txt, so that a run that was stopped goes on where it was, and a finished demo costs nothing.
 */
export function makeDemo(root: string, folder: string, say: (line: string) => void): void {
  const folders = demoFolders(folder);
  for (const path of [folder, folders.secrets, folders.bundles]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const record = join(folder, 'demo-steps.txt');
  const done = new Set<string>(existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : []);
  const step = (name: string, program: string, args: readonly string[]): void => {
    if (done.has(name)) return;
    say(name);
    runCli(root, program, args);
    done.add(name);
    // A rename is atomic: a stopped run never leaves half a record.
    writeFileSync(`${record}.new`, `${[...done].join('\n')}\n`);
    renameSync(`${record}.new`, record);
  };

  const pass = ['--passphrase-file', secretFile(folders.passphraseFile)];
  const { programme, station } = folders;
  const cli = 'leeslicht.mjs';
  const stationCli = 'leeslicht-station.mjs';
  step('programme', cli, ['programme', 'init', programme, '--name', 'Leeslicht demo', '--small', ...pass]);
  // The room's name stands in the sentences of both languages, so it is one that works in both.
  const place = ['--station-name', 'Lokaal 12', '--site-name', 'Leeslicht demo'];
  const repository = join(programme, 'repository');
  step('station', stationCli, ['init', '--data', station, '--repository', repository, ...place, ...pass]);
  step('station authorised', cli, [
    'programme',
    'authorise-station',
    programme,
    join(station, 'station-public.json'),
    ...pass,
  ]);
  for (const { id, title, tutor } of COURSES) {
    const bundle = join(folders.bundles, `${id}.leesmodule`);
    step(`course ${id}`, cli, ['programme', 'add-course', programme, id, '--title', title, ...pass]);
    step(`tutor of ${id}`, cli, ['programme', 'add-tutor', programme, id, tutor, ...pass]);
    step(`packed ${id}`, cli, ['pack', join(root, 'demo', 'courses', id), '-o', bundle, '--course', id]);
    step(`published ${id}`, cli, [
      'publish',
      bundle,
      '--programme',
      programme,
      '--course',
      id,
      '--tutor',
      tutor,
      ...pass,
    ]);
  }
  for (const { user, name, role } of STAFF) {
    const password = secretFile(join(folders.secrets, `${user}-password.txt`));
    step(`staff ${user}`, stationCli, [
      'add-staff',
      '--data',
      station,
      '--user',
      user,
      '--name',
      name,
      '--role',
      role,
      '--password-file',
      password,
      ...pass,
    ]);
  }
  step('learner', stationCli, ['add-learner', '--data', station, '--name', 'Robin', ...pass]);
}

const [root, folder] = process.argv.slice(2);
if (root !== undefined)
  makeDemo(resolve(root), resolve(folder ?? join(root, 'demo-data')), (line) => console.log(`  ${line}`));
