import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { signIn, text } from '../e2e/support/desk.ts';
import type { BenchPlace } from './bench-place.ts';
import { type DockLaptop, enrolDockLaptop } from './dock-laptop.ts';
import { syncFolder, writeDurably } from './plain-server.ts';
import { medianRow, type Row, type Sample } from './row.ts';

const CLASS = 30;
const ROUNDS = 3;
const PARCELS_EACH = 10;
const words = 'A message of a few sentences, as a learner writes them to a tutor. '.repeat(8);

/** Rows "30 devices of one class" and "parcels accepted durably": the real station, and laptops that only dock. */
export async function benchDocking(place: BenchPlace): Promise<readonly Row[]> {
  const world = await place.world();
  const officer = await signIn(world, 'officer');
  const learnerId = text(await officer.get('/security/enrolment-choices'), 'learners', 0, 'id');
  const laptops: DockLaptop[] = [];
  for (let number = 1; number <= CLASS; number += 1) {
    laptops.push(await enrolDockLaptop(world.appUrl, officer, learnerId, number));
  }
  await officer.close();
  try {
    return [await classAtOnce(laptops), await parcelsPerSecond(place, laptops)];
  } finally {
    for (const laptop of laptops) laptop.close();
  }
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await act();
  return (performance.now() - startMs) / 1000;
}

async function classAtOnce(laptops: readonly DockLaptop[]): Promise<Row> {
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    // Sealed before the walk to the room, in the cell.
    const first = await Promise.all(laptops.map((laptop) => laptop.seal(words)));
    const second = await Promise.all(laptops.map((laptop) => laptop.seal(words)));
    const floor = await seconds(async () => {
      for (const [index, laptop] of laptops.entries()) await dockWith(laptop, first[index]);
    });
    const value = await seconds(() => Promise.all(laptops.map((laptop, index) => dockWith(laptop, second[index]))));
    if (round > 0) samples.push({ value, floor });
  }
  const name = `${CLASS} devices of one class at once (floor: one after the other)`;
  return medianRow(name, 's', samples, { kind: 'ratioAtMost', limit: 0.6 });
}

async function dockWith(laptop: DockLaptop, parcel: Parameters<DockLaptop['dock']>[0] | undefined): Promise<void> {
  if (!parcel) throw new Error('nothing was sealed');
  await laptop.dock(parcel);
}

async function parcelsPerSecond(place: BenchPlace, laptops: readonly DockLaptop[]): Promise<Row> {
  const samples: Sample[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sealed: (readonly [DockLaptop, readonly Parameters<DockLaptop['handIn']>[0][]])[] = [];
    for (const laptop of laptops) {
      const own = [];
      for (let count = 0; count < PARCELS_EACH; count += 1) own.push(await laptop.seal(words));
      sealed.push([laptop, own]);
    }
    const bytes = sealed.flatMap(([, own]) => own.map((parcel) => parcel.bytes));
    const bare = bareLoop(join(place.folder, `bare-${round}`), bytes);
    const took = await seconds(() =>
      Promise.all(
        sealed.map(async ([laptop, own]) => {
          for (const parcel of own) await laptop.handIn(parcel);
        }),
      ),
    );
    samples.push({ value: bytes.length / took, floor: bytes.length / bare });
  }
  return medianRow('parcels accepted durably', '/s', samples, { kind: 'ratioAtLeast', limit: 0.5 });
}

/** Each parcel in a file, renamed and synced, then a row committed: nothing else, one after the other. */
function bareLoop(folder: string, parcels: readonly Uint8Array[]): number {
  mkdirSync(folder, { recursive: true });
  const database = new Database(join(folder, 'bare.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE parcels (name TEXT PRIMARY KEY, size INTEGER)');
  const insert = database.prepare('INSERT INTO parcels VALUES (?, ?)');
  const startMs = performance.now();
  for (const [index, bytes] of parcels.entries()) {
    const path = join(folder, `${index}.parcel`);
    writeDurably(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
    syncFolder(folder);
    insert.run(`${index}`, bytes.length);
  }
  const took = (performance.now() - startMs) / 1000;
  database.close();
  return took;
}
