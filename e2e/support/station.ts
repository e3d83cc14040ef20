import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
}

/** A programme with keys and one station, in a folder of its own. */
export interface World {
  readonly folder: string;
  readonly programme: string;
  readonly repository: string;
  readonly station: string;
  readonly deskUrl: string;
  readonly appUrl: string;
  readonly password: string;
  /** Starts the station, waits until both addresses answer. */
  start(env?: Readonly<Record<string, string>>): Promise<Running>;
  /** Ends the station in an orderly way; resolves when the process is gone. */
  stop(): Promise<void>;
  /** The station's clock, in ms since 1970; call it before `start`, and again whenever time goes on. */
  setNow(nowMs: number): void;
  publish(course: CourseInput, options?: { readonly version?: string }): void;
  cli(...args: readonly string[]): string;
  remove(): Promise<void>;
}

/** Makes a whole world with the real programs: keys, a station, staff, a learner, courses. */
export async function makeWorld(courses: readonly CourseInput[]): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'leeslicht-e2e-'));
  const [deskPort, appPort] = [await freePort(), await freePort()];
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
  let running: Running | undefined;

  const world: World = {
    folder,
    programme,
    repository,
    station,
    deskUrl: `http://127.0.0.1:${deskPort}`,
    appUrl: `http://127.0.0.1:${appPort}`,
    password,
    cli: (...args) => cli(...args, ...pass),
    setNow: (nowMs) => writeFileSync(nowFile, String(nowMs)),
    publish: ({ id, title, input }, options = {}) => {
      const bundle = join(folder, `${id}-${options.version ?? '1.0.0'}.leesmodule`);
      const version = ['--version', options.version ?? '1.0.0'];
      cli('pack', input, '-o', bundle, '--course', id, '--title', title, ...version);
      cli('publish', bundle, '--programme', programme, '--course', id, '--tutor', 'Anna de Wit', ...pass);
    },
    start: async (env = {}) => {
      const clock = existsSync(nowFile) ? { LEESLICHT_TEST_NOW_FILE: nowFile } : {};
      const ports = ['--desk-port', String(deskPort), '--app-port', String(appPort)];
      const args = ['run', '--data', station, '--repository', repository, ...ports, ...pass];
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
  for (const course of courses) {
    cli('programme', 'add-course', programme, course.id, '--title', course.title, ...pass);
    cli('programme', 'add-tutor', programme, course.id, 'Anna de Wit', ...pass);
    world.publish(course);
  }
  for (const { user, name, role } of staff) {
    const who = ['--user', user, '--name', name, '--role', role, '--password-file', passwordFile];
    mustRun('leeslicht-station', ['add-staff', '--data', station, ...who, ...pass]);
  }
  mustRun('leeslicht-station', ['add-learner', '--data', station, '--name', 'Robin', ...pass]);
  return world;
}

/** A folder course with a video, from the project's own demo course, so that a test may change it. */
export function copyDemoCourse(to: string): string {
  const target = resolve(to, 'study-on-your-own-en');
  cpSync(resolve(root, 'demo/courses/study-on-your-own-en'), target, { recursive: true });
  return target;
}
