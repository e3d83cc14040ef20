import { openDeviceDatabase } from '../../app/platform/device/device-database.ts';
import { openModule, readChunk } from '../../app/platform/modules/open-module.ts';

/** Times of reads of single chunks, in milliseconds. */
export interface ReadTimes {
  readonly verified: readonly number[];
  readonly bare: readonly number[];
}

/** Reads whole chunks of a file in turn, once as the app does and once without hash; every chunk is read once only. */
export async function readTimes(path: string, href: string, count: number): Promise<ReadTimes> {
  const database = await openDeviceDatabase();
  const active = await database.get('active', path);
  if (!active) throw new Error(`${path} is not on this device`);
  const module = await openModule(database, active);
  const file = module.fileOf(href);
  if (!file || file.chunkCount < 2 * count + 2) throw new Error(`${href} has too few chunks`);
  const verified: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < 2 * count + 2; index += 1) {
    const isVerified = index % 2 === 0;
    const startMs = performance.now();
    if (isVerified) await readChunk(database, module, file, index);
    else new Uint8Array((await database.get('chunks', module.leaves.leafOf(file, index))) ?? new ArrayBuffer(0));
    const tookMs = performance.now() - startMs;
    // The first of each warms up.
    if (index >= 2) (isVerified ? verified : bare).push(tookMs);
  }
  database.close();
  return { verified, bare };
}
