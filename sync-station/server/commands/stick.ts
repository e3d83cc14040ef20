import { exchangeStick } from '../stick/exchange.ts';
import type { StationArguments } from './arguments.ts';
import { openForRun } from './run.ts';

/** `stick`: reads a stick from the laptops and writes the answers on it. Prints one line of JSON. */
export async function stickCommand(args: StationArguments, print: (line: string) => void): Promise<number> {
  const station = await openForRun(args);
  try {
    const done = await exchangeStick(station.ingest, args.required('stick'));
    print(JSON.stringify(done));
    return done.problems.length === 0 && done.refused === 0 ? 0 : 1;
  } finally {
    await station.close();
  }
}
