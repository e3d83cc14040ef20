import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { freePort, mustRun, type Running, root, startProgram, waitForAnswer } from './processes.ts';

export const staff = [
  { user: 'tutor', name: 'Anna de Wit', role: 'tutor' },
  { user: 'officer', name: 'Sam Bakker', role: 'security' },
  { user: 'admin', name: 'Noor Jansen', role: 'administrator' },
] as const;

/** A course to publish: an id and the file or folder it is packed from. */
export interface CourseInput {
  readonly id: string;
  readonly title: string;
  readonly input: string;
  /** Packed with `--allow-scripts`. */
  readonly scripts?: boolean;
}

/** A programme with keys and one station, in a folder of its own. */
export interface World {
  readonly folder: string;
  readonly programme: string;
  readonly repository: string;
  readonly station: string;
  readonly deskUrl: string;
  readonly appUrl: string;
  readonly sandboxUrl: string;
  readonly password: string;
  /** Starts the station, waits until both addresses answer. */
  start(env?: Readonly<Record<string, string>>, more?: readonly string[]): Promise<Running>;
  /** Ends the station in an orderly way; resolves when the process is gone. */
  stop(): Promise<void>;
  /** The station's clock, in ms since 1970; call it before `start`, and again whenever time goes on. */
  setNow(nowMs: number): void;
  /** `programme`: another copy of the programme's folder than the world's own. */
  publish(course: CourseInput, options?: { readonly version?: string; readonly programme?: string }): void;
  /** One more module of a course, packed from what the input says about itself. */
  addModule(course: string, input: string, options?: { readonly id?: string; readonly scripts?: boolean }): void;
  /** A new course with its tutor and its first module. */
  addCourse(course: CourseInput): void;
  cli(...args: readonly string[]): string;
  remove(): Promise<void>;
}

/** Makes a whole world with the real programs: keys, a station, staff, a learner, courses. */
export async function makeWorld(courses: readonly CourseInput[]): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-e2e-'));
  const [deskPort, appPort, sandboxPort] = [await freePort(), await freePort(), await freePort()];
  const programme = join(folder, 'programme');
  const station = join(folder, 'station');
  const repository = join(programme, 'repository');
  const password = randomBytes(12).toString('base64url');
  const passphrase = join(folder, 'passphrase.txt');
  const passwordFile = join(folder, 'password.txt');
  const nowFile = join(folder, 'now.txt');
  writeFileSync(passphrase, `${randomBytes(12).toString('base64url')}\n`, { mode: 0o600 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const pass = ['--passphrase-file', passphrase];
  const cli = (...args: readonly string[]): string => mustRun('leeslicht', args).stdout;
  const publishBundle = (bundle: string, course: string, into: string): void => {
    cli('publish', bundle, '--programme', into, '--course', course, '--tutor', 'Anna de Wit', ...pass);
  };
  let running: Running | undefined;

  const world: World = {
    folder,
    programme,
    repository,
    station,
    deskUrl: `http://127.0.0.1:${deskPort}`,
    appUrl: `http://127.0.0.1:${appPort}`,
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    password,
    cli: (...args) => cli(...args, ...pass),
    setNow: (nowMs) => writeFileSync(nowFile, String(nowMs)),
    publish: ({ id, title, input, scripts = false }, options = {}) => {
      const version = options.version ?? '1.0.0';
      const bundle = join(folder, `${id}-${version}.leesmodule`);
      const identity = ['--course', id, '--title', title, '--version', version];
      cli('pack', input, '-o', bundle, ...identity, ...(scripts ? ['--allow-scripts'] : []));
      publishBundle(bundle, id, options.programme ?? programme);
    },
    addModule: (course, input, { id, scripts = false } = {}) => {
      const bundle = join(folder, `${id ?? basename(input)}.leesmodule`);
      const name = id === undefined ? [] : ['--id', id];
      cli('pack', input, '-o', bundle, '--course', course, ...name, ...(scripts ? ['--allow-scripts'] : []));
      publishBundle(bundle, course, programme);
    },
    addCourse: (course) => {
      cli('programme', 'add-course', programme, course.id, '--title', course.title, ...pass);
      cli('programme', 'add-tutor', programme, course.id, 'Anna de Wit', ...pass);
      world.publish(course);
    },
    start: async (env = {}, more = []) => {
      const clock = existsSync(nowFile) ? { LEESLICHT_TEST_NOW_FILE: nowFile } : {};
      const ports = [
        '--desk-port',
        String(deskPort),
        '--app-port',
        String(appPort),
        '--sandbox-port',
        String(sandboxPort),
      ];
      const args = ['run', '--data', station, '--repository', repository, ...ports, ...more, ...pass];
      running = startProgram('leeslicht-station', args, {
        NODE_ENV: 'test',
        ...clock,
        ...env,
      });
      await waitForAnswer(`${world.deskUrl}/`, running);
      await waitForAnswer(`${world.appUrl}/repository/metadata/timestamp.json`, running);
      return running;
    },
    stop: async () => {
      if (running && running.process.exitCode === null && running.process.signalCode === null) {
        running.process.kill('SIGTERM');
        await running.ended;
      }
      running = undefined;
    },
    remove: async () => {
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  mkdirSync(folder, { recursive: true });
  cli('programme', 'init', programme, '--name', 'Test programme', '--small', ...pass);
  mustRun('leeslicht-station', ['init', '--data', station, '--repository', repository, ...pass]);
  cli('programme', 'authorise-station', programme, join(station, 'station-public.json'), ...pass);
  for (const course of courses) world.addCourse(course);
  for (const { user, name, role } of staff) {
    const who = ['--user', user, '--name', name, '--role', role, '--password-file', passwordFile];
    mustRun('leeslicht-station', ['add-staff', '--data', station, ...who, ...pass]);
  }
  mustRun('leeslicht-station', ['add-learner', '--data', station, '--name', 'Robin', ...pass]);
  return world;
}

/** The project's own demo course in English: pages, a film, sound and an assignment. */
export const demoCourse: CourseInput = {
  id: 'study',
  title: 'Study on your own',
  input: resolve(root, 'demo/courses/study-on-your-own-en'),
};

/** A copy of the demo course's folder, for a test that changes it. */
export function copyDemoCourse(to: string): string {
  const target = resolve(to, 'study-on-your-own-en');
  cpSync(demoCourse.input, target, { recursive: true });
  return target;
}
