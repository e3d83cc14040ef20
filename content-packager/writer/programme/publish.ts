import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareVersions } from '#core/module/version.ts';
import { type Bundle, checkContent } from '../bundle-reader.ts';
import type { OnProgress } from '../bundle-writer.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { courseOf, courseRole, tutorKey } from './courses.ts';
import { isErrno, writeDurably } from './disk.ts';
import { keysById } from './key-names.ts';
import { openPlan, type PublishedFile, publishedFiles } from './plan.ts';
import { writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

/** What publishing did. Undefined `settlement`: exactly this manifest was published before, nothing changed. */
export interface ModulePublication {
  readonly path: string;
  readonly settlement: Settlement | undefined;
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
  request?: string,
): Promise<ModulePublication> {
  const { dir, programme, state, keyRing } = session;
  const { manifest } = bundle;
  const file = basename(bundle.path);
  const keyName = tutorKey(courseOf(programme, dir, courseId), dir, courseId, tutor);
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
  // The tutor's key comes first: no film is copied for somebody who cannot sign.
  if (request === undefined) await keyRing.signer(keyName);
  const counts = await writeChunks(dir, bundle, onProgress);
  await writeDurably(join(dir, 'repository', 'leaves', manifest.leaves.sha256), bundle.leavesBytes);
  const { title, version, language, sizeBytes } = manifest;
  targets.set(path, await writeTarget(dir, path, bundle.manifestBytes, { title, version, language, sizeBytes }));
  if (before?.sha256 === bundle.manifestSha256) return { path, settlement: undefined, ...counts };
  const plan = openPlan(state);
  plan.publish(role, targets);
  const onlyKey = [...(await keysById(session))].find(([, name]) => name === keyName)?.[0];
  const settlement = await settle(session, plan, {
    title: `"${title}" ${version}, by ${tutor}`,
    request,
    ...(onlyKey === undefined ? {} : { onlyKey }),
  });
  return { path, settlement, ...counts };
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
