import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { openDatabase } from '../../store/database.ts';
import { addLearner } from '../../store/learners.ts';
import { readStationFile, stationPaths } from '../data-folder.ts';
import { StationError } from '../station-error.ts';
import { stationClock } from '../test-clock.ts';
import type { StationArguments } from './arguments.ts';

const rolesSchema = z.array(z.enum(['tutor', 'security', 'administrator'])).min(1);

/** `add-staff`: adds someone who works at the desk. The password comes from a file or LEESLICHT_STAFF_PASSWORD. */
export async function addStaffCommand(args: StationArguments, print: (line: string) => void): Promise<void> {
  const { addStaff } = await import('../auth/add-staff.ts');
  const roles = rolesSchema.safeParse(args.list('role'));
  if (!roles.success) throw new StationError({ code: 'USAGE', detail: '--role tutor|security|administrator' });
  const login = args.required('user');
  const password = await staffPassword(args);
  const db = await openStationDatabase(args);
  try {
    const staff = { login, displayName: args.text('name') ?? login, password, roles: roles.data };
    const id = await addStaff(db, staff, { actor: 'station', nowMs: stationClock(process.env)() });
    print(JSON.stringify({ id, login }));
  } finally {
    await db.destroy();
  }
}

/** `add-learner`: adds a learner and prints the opaque id. */
export async function addLearnerCommand(args: StationArguments, print: (line: string) => void): Promise<void> {
  const displayName = args.required('name');
  const db = await openStationDatabase(args);
  try {
    const learner = await addLearner(db, { displayName, actor: 'station' }, stationClock(process.env)());
    print(JSON.stringify({ id: learner.id, name: learner.displayName }));
  } finally {
    await db.destroy();
  }
}

async function openStationDatabase(args: StationArguments) {
  const paths = stationPaths(args.data);
  // The folder must be a station's: a mistyped path gets no new database.
  await readStationFile(paths.config);
  return openDatabase(paths.database);
}

async function staffPassword(args: StationArguments): Promise<string> {
  const file = args.text('password-file');
  const password =
    file === undefined ? process.env['LEESLICHT_STAFF_PASSWORD'] : (await readFile(file, 'utf8')).split(/\r?\n/)[0];
  if (password === undefined || password === '') {
    throw new StationError({ code: 'USAGE', detail: 'give --password-file or LEESLICHT_STAFF_PASSWORD' });
  }
  return password;
}
