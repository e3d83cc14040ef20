import { z } from 'zod';
import { fromUtf8 } from '#core/bytes/bytes.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { type Manifest, parseManifest } from '#core/module/manifest.ts';
import type { AssignmentChoice } from '../../api/room.ts';
import type { Mirror } from '../context.ts';
import { chunkPath, targetPath } from '../mirror/contents.ts';

/** A module of the verified mirror. `path` is its TUF target. */
export interface PublishedModule {
  readonly path: string;
  readonly courseId: string;
  readonly manifest: Manifest;
}

const versions = z.object({
  signed: z.object({ meta: z.record(z.string(), z.object({ version: z.number().int() })) }),
});
const targets = z.object({
  signed: z.object({ targets: z.record(z.string(), z.object({ hashes: z.object({ sha256: z.string() }) })) }),
});
const assignmentBody = z.object({ id: z.string(), title: z.string() });

async function jsonAt<T>(mirror: Mirror, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await mirror.read(path);
  return bytes && schema.parse(JSON.parse(fromUtf8(bytes)));
}

/** The target paths of all modules of the mirror, and the hash of each manifest. */
async function* publishedTargets(mirror: Mirror): AsyncGenerator<readonly [path: string, sha256: string]> {
  const timestamp = await jsonAt(mirror, 'metadata/timestamp.json', versions);
  const snapshotVersion = timestamp?.signed.meta['snapshot.json']?.version;
  if (snapshotVersion === undefined) return;
  const snapshot = await jsonAt(mirror, `metadata/${snapshotVersion}.snapshot.json`, versions);
  for (const [name, { version }] of Object.entries(snapshot?.signed.meta ?? {})) {
    if (!name.startsWith('course-')) continue;
    const role = await jsonAt(mirror, `metadata/${version}.${name}`, targets);
    for (const [path, file] of Object.entries(role?.signed.targets ?? {})) yield [path, file.hashes.sha256];
  }
}

/** The target paths of all modules of the mirror, without reading any. */
export async function listPublishedPaths(mirror: Mirror): Promise<string[]> {
  const paths: string[] = [];
  for await (const [path] of publishedTargets(mirror)) paths.push(path);
  return paths;
}

/** Lists the modules of the mirror. What the mirror answers is already verified. */
export async function listPublished(mirror: Mirror): Promise<PublishedModule[]> {
  const modules: PublishedModule[] = [];
  for await (const [path, sha256] of publishedTargets(mirror)) {
    const bytes = await mirror.read(targetPath(path, sha256));
    if (!bytes) continue;
    const manifest = parseManifest(bytes);
    modules.push({ path, courseId: manifest.courseId, manifest });
  }
  return modules.sort((a, b) => a.manifest.title.localeCompare(b.manifest.title));
}

/** Lists the assignments and answer sheets in the modules of the mirror. */
export async function listAssignments(mirror: Mirror): Promise<AssignmentChoice[]> {
  const found: AssignmentChoice[] = [];
  for (const { path, manifest } of await listPublished(mirror)) {
    const sheets = new Set(manifest.readingOrder.map(({ sheet }) => sheet));
    const assignments = manifest.files.filter(({ kind, href }) => kind === 'assignment' || sheets.has(href));
    if (assignments.length === 0) continue;
    const leaves = await mirror.read(`leaves/${manifest.leaves.sha256}`);
    if (!leaves) continue;
    const table = await verifyLeaves(manifest, leaves);
    for (const file of assignments) {
      // An assignment is a small JSON file: one chunk.
      const bytes = await mirror.read(chunkPath(table.leafOf(file, 0)));
      const body = bytes && assignmentBody.safeParse(JSON.parse(fromUtf8(bytes))).data;
      if (!body) continue;
      found.push({ assignmentId: body.id, modulePath: path, title: body.title, moduleTitle: manifest.title });
    }
  }
  return found;
}
