import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Bundle, checkContent } from '../bundle-reader.ts';
import type { OnProgress } from '../bundle-writer.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { courseRole, unknownCourse } from './courses.ts';
import { isErrno, writeDurably } from './disk.ts';
import { LIFETIME_DAYS, type PublishedFile, publishedFiles, publishRoles, writeTarget } from './repository-writer.ts';

/** What publishing did. `changed` is false when exactly this manifest was published before. */
export interface Publication {
  readonly path: string;
  readonly changed: boolean;
  readonly newChunks: number;
  readonly knownChunks: number;
}

const CHUNKS_AT_ONCE = 4;

/**
 * Publishes a bundle: every chunk is checked while it is written under its hash, then the leaves, then the manifest,
 * which the tutor's key signs; timestamp.json comes last. A failure in between leaves the old version published.
 */
export async function publishBundle(
  session: ProgrammeSession,
  bundle: Bundle,
  courseId: string,
  tutor: string,
  onProgress: OnProgress,
): Promise<Publication> {
  const { dir, programme, state, keyRing, nowMs } = session;
  const { manifest } = bundle;
  const file = basename(bundle.path);
  const course = programme.courses.get(courseId);
  if (course === undefined) throw unknownCourse(dir, courseId);
  const keyName = course.tutors.get(tutor);
  if (keyName === undefined) {
    throw new WriterError({
      code: 'UNKNOWN_TUTOR',
      file: dir,
      problem: `has no tutor "${tutor}" in course "${courseId}"`,
      advice: `Its tutors: ${[...course.tutors.keys()].join(', ') || 'none yet'}. Add one with "leeslicht programme add-tutor".`,
    });
  }
  if (manifest.courseId !== courseId) {
    throw new WriterError({
      code: 'WRONG_COURSE',
      file,
      problem: `was packed for course "${manifest.courseId}", not for "${courseId}"`,
      advice: `Pack it again with --course ${courseId}.`,
    });
  }
  const role = courseRole(courseId);
  const path = `courses/${courseId}/${manifest.moduleId}.json`;
  const targets = publishedFiles(state.roles.get(role));
  const before = targets.get(path);
  if (before !== undefined && before.sha256 !== bundle.manifestSha256) refuseOlder(before, manifest.version, file);
  const signer = await keyRing.signer(keyName);
  const counts = await writeChunks(dir, bundle, onProgress);
  await writeDurably(join(dir, 'repository', 'leaves', manifest.leaves.sha256), bundle.leavesBytes);
  const { title, version, language, sizeBytes } = manifest;
  targets.set(path, await writeTarget(dir, path, bundle.manifestBytes, { title, version, language, sizeBytes }));
  if (before?.sha256 === bundle.manifestSha256) return { path, changed: false, ...counts };
  await publishRoles(
    dir,
    keyRing,
    state,
    [{ role, lifetimeDays: LIFETIME_DAYS.course, targets, signers: [signer] }],
    nowMs,
  );
  return { path, changed: true, ...counts };
}

async function writeChunks(
  dir: string,
  bundle: Bundle,
  onProgress: OnProgress,
): Promise<{ newChunks: number; knownChunks: number }> {
  const underWay = new Set<Promise<void>>();
  const seen = new Set<string>();
  let newChunks = 0;
  let knownChunks = 0;
  let failure: { readonly cause: unknown } | undefined;
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    try {
      await writeDurably(path, bytes);
    } catch (cause) {
      failure ??= { cause };
    }
  };
  await checkContent(bundle, onProgress, async (hash, bytes) => {
    if (failure !== undefined) throw failure.cause;
    if (seen.has(hash)) return;
    seen.add(hash);
    const path = join(dir, 'repository', 'chunks', hash.slice(0, 2), hash);
    if ((await sizeOf(path)) === bytes.length) {
      knownChunks += 1;
      return;
    }
    newChunks += 1;
    const job: Promise<void> = write(path, bytes).finally(() => underWay.delete(job));
    underWay.add(job);
    if (underWay.size >= CHUNKS_AT_ONCE) await Promise.race(underWay);
  });
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.cause;
  return { newChunks, knownChunks };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function refuseOlder(before: PublishedFile, version: string, file: string): void {
  const published = versionOf(before);
  const order = compareVersions(version, published);
  if (order > 0) return;
  throw new WriterError({
    code: order === 0 ? 'SAME_VERSION' : 'OLDER_VERSION',
    file,
    problem:
      order === 0
        ? `has the same version ${version} as the published module but other content`
        : `has version ${version}, older than the published ${published}`,
    advice: 'Pack it again with a higher --version.',
  });
}

function versionOf(file: PublishedFile): string {
  const { custom } = file;
  const version = typeof custom === 'object' && custom !== null && 'version' in custom ? custom['version'] : undefined;
  return typeof version === 'string' ? version : '0.0.0';
}

/** Compares `1.2.10` and `1.2.9` by number: negative, zero, positive. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
