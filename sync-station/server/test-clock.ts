import { readFileSync } from 'node:fs';

/**
 * The station's clock. Under NODE_ENV=test a file named by LEESLICHT_TEST_NOW_FILE holds the time in milliseconds;
 * anywhere else that variable does nothing.
 */
export function stationClock(environment: Readonly<Record<string, string | undefined>>): () => number {
  const file = environment['NODE_ENV'] === 'test' ? environment['LEESLICHT_TEST_NOW_FILE'] : undefined;
  if (file === undefined) return () => Date.now();
  return () => {
    const ms = Number(readFileSync(file, 'utf8').trim());
    if (!Number.isSafeInteger(ms)) throw new RangeError('LEESLICHT_TEST_NOW_FILE holds no whole number');
    return ms;
  };
}
