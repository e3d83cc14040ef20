import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, samples } from '../e2e/support/processes.ts';
import { makeWorld, type World } from '../e2e/support/station.ts';
import { enrolLaptop, type LearnerLaptop } from './learner-laptop.ts';
import { type MediaCourse, writeMediaCourse } from './media-course.ts';
import { type PlainServer, servePlainly } from './plain-server.ts';

/** How many assignments are handed in at once, how long each is, and how often that is done. */
export const ASSIGNMENTS = { count: 5, sizeBytes: 500_000, rounds: 2 };

/** Where the benchmarks run: what several of them need is made once, when the first one asks for it. */
export interface BenchPlace {
  readonly folder: string;
  /** Size of the film that devices take in. */
  readonly megabytes: number;
  /** Size of the film that is packed and verified: a program's start would be most of what a small one measures. */
  readonly packedMegabytes: number;
  media(): MediaCourse;
  /** A programme, its courses published, and a station that runs. */
  world(): Promise<World>;
  /** An enrolled laptop that has all the courses. */
  laptop(): Promise<LearnerLaptop>;
  plain(): Promise<PlainServer>;
  close(): Promise<void>;
}

/** Makes nothing yet. `folder` must exist and is the caller's to remove. */
export function benchPlace(folder: string, megabytes: number, packedMegabytes: number): BenchPlace {
  let media: MediaCourse | undefined;
  let world: Promise<World> | undefined;
  let laptop: Promise<LearnerLaptop> | undefined;
  let plain: Promise<PlainServer> | undefined;
  const place: BenchPlace = {
    folder,
    megabytes,
    packedMegabytes,
    media: () => {
      media ??= writeMediaCourse(folder, megabytes);
      return media;
    },
    world: () => {
      world ??= openWorld(place);
      return world;
    },
    laptop: () => {
      laptop ??= place.world().then(enrolLaptop);
      return laptop;
    },
    plain: () => {
      const folders = [resolve(root, 'dist/bench/pages'), place.media().folder, resolve(samples, 'pdf')];
      plain ??= servePlainly(folders, join(folder, 'inbox'));
      return plain;
    },
    async close() {
      await (await plain)?.close();
      await (await laptop)?.remove();
      await (await world)?.remove();
    },
  };
  return place;
}

async function openWorld(place: BenchPlace): Promise<World> {
  const world = await makeWorld([
    { id: 'film', title: 'Film', input: place.media().folder },
    { id: 'free-culture', title: 'Free Culture', input: resolve(samples, 'pdf/freeculture.pdf') },
    { id: 'moby-dick', title: 'Moby-Dick', input: resolve(samples, 'epub/moby-dick.epub') },
    { id: 'writing', title: 'Writing', input: writeAssignments(join(place.folder, 'writing')) },
  ]);
  await world.start();
  return world;
}

function writeAssignments(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number <= ASSIGNMENTS.count * ASSIGNMENTS.rounds; number += 1) {
    const front = `---\ntype: assignment\ntitle: "Task ${number}"\n---\n`;
    writeFileSync(
      join(folder, `${String(number).padStart(2, '0')}-task.md`),
      `${front}Write about part ${number} of the course.\n`,
    );
  }
  return folder;
}
