import { readArguments, type StationArguments } from './commands/arguments.ts';
import { StationError, type StationErrorCode } from './station-error.ts';

const USAGE = `leeslicht-station init --data DIR [--site-id ID] [--site-name N] [--station-name N] [--where-to-sync TEXT]
                       [--repository DIR|URL] [--trusted-root FILE] [--capability NAME]... [--learner-origin URL]...
                       [--upstream-url URL --upstream-token-file FILE] [--backup DIR]
leeslicht-station run --data DIR [--repository DIR|URL] [--desk-port N] [--app-port N] [--metrics-port N] [--host H]
                      [--desk-origin URL] [--app-origin URL] [--sandbox-port N] [--sandbox-origin URL] [--backup DIR]
                      [--upstream-url URL --upstream-token-file FILE]
leeslicht-station restore --data DIR --from DIR
leeslicht-station stick --data DIR --stick DIR
leeslicht-station authorised --data DIR [--repository DIR|URL]
leeslicht-station add-staff --data DIR --user U --name N --role tutor|security|administrator... --password-file FILE
leeslicht-station add-learner --data DIR --name N
The passphrase comes from --passphrase-file, LEESLICHT_PASSPHRASE_FILE or LEESLICHT_PASSPHRASE.
Exit codes: 0 ok, 1 not authorised, 2 usage, 3 input refused, 4 io, 5 keys or passphrase.`;

const EXIT_CODES: Readonly<Record<StationErrorCode, number>> = {
  USAGE: 2,
  BAD_CONFIG: 3,
  ALREADY_INITIALISED: 3,
  NOT_INITIALISED: 4,
  NO_PASSPHRASE: 5,
  WRONG_PASSPHRASE: 5,
  BAD_KEY_FILE: 5,
};

/** Runs one command of the station; `faces` is the folder with the built `app/` and `desk/`. Returns the exit code. */
export async function main(argv: readonly string[], faces: string): Promise<number> {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  if (argv.length === 0 || argv[0] === 'help' || argv[0] === '--help') {
    print(USAGE);
    return argv.length === 0 ? 2 : 0;
  }
  try {
    return await dispatch(readArguments(argv), faces, print);
  } catch (error) {
    process.stderr.write(`leeslicht-station: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof StationError) {
      if (error.code === 'USAGE') process.stderr.write(`${USAGE}\n`);
      return EXIT_CODES[error.code];
    }
    return 4;
  }
}

async function dispatch(args: StationArguments, faces: string, print: (line: string) => void): Promise<number> {
  switch (args.command) {
    case 'init':
      await (await import('./commands/init.ts')).initStation(args, print);
      return 0;
    case 'run':
      await (await import('./commands/run.ts')).runStation(args, faces, print);
      return 0;
    case 'stick':
      return (await import('./commands/stick.ts')).stickCommand(args, print);
    case 'restore':
      await (await import('./commands/restore.ts')).restoreCommand(args, print);
      return 0;
    case 'authorised':
      return (await (await import('./commands/run.ts')).isAuthorised(args, print)) ? 0 : 1;
    case 'add-staff':
      await (await import('./commands/people.ts')).addStaffCommand(args, print);
      return 0;
    case 'add-learner':
      await (await import('./commands/people.ts')).addLearnerCommand(args, print);
      return 0;
    default:
      throw new StationError({ code: 'USAGE', detail: args.command });
  }
}
