import { restoreStation } from '../backup/restore.ts';
import { readPassphrase } from '../keys/passphrase.ts';
import { stationClock } from '../test-clock.ts';
import type { StationArguments } from './arguments.ts';

/** `restore`: makes a station from its backup, in a folder of its own. Prints one line of JSON. */
export async function restoreCommand(args: StationArguments, print: (line: string) => void): Promise<void> {
  const passphrase = await readPassphrase(args.text('passphrase-file'), process.env);
  const nowMs = stationClock(process.env)();
  const restored = await restoreStation({ from: args.required('from'), dataFolder: args.data, passphrase, nowMs });
  print(JSON.stringify(restored));
}
