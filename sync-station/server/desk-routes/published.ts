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

async function bytesAt(mirror: Mirror, path: string): Promise<Uint8Array | undefined> {
  const file = await mirror.read(path);
  if (!file) return undefined;
  if (file.kind === 'bytes') return file.bytes;
  const parts: Uint8Array[] = [];
  for await (const part of file.stream) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return new Uint8Array(Buffer.concat(parts));
}

async function jsonAt<T>(mirror: Mirror, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await bytesAt(mirror, path);
  return bytes && schema.parse(JSON.parse(fromUtf8(bytes)));
}

/** Lists the modules of the mirror. What the mirror answers is already verified. */
export async function listPublished(mirror: Mirror): Promise<PublishedModule[]> {
  const timestamp = await jsonAt(mirror, 'metadata/timestamp.json', versions);
  const snapshotVersion = timestamp?.signed.meta['snapshot.json']?.version;
  if (snapshotVersion === undefined) return [];
  const snapshot = await jsonAt(mirror, `metadata/${snapshotVersion}.snapshot.json`, versions);
  const modules: PublishedModule[] = [];
  for (const [name, { version }] of Object.entries(snapshot?.signed.meta ?? {})) {
    if (!name.startsWith('course-')) continue;
    const role = await jsonAt(mirror, `metadata/${version}.${name}`, targets);
    for (const [path, file] of Object.entries(role?.signed.targets ?? {})) {
      const bytes = await bytesAt(mirror, targetPath(path, file.hashes.sha256));
      if (!bytes) continue;
      const manifest = parseManifest(bytes);
      modules.push({ path, courseId: manifest.courseId, manifest });
    }
  }
  return modules.sort((a, b) => a.manifest.title.localeCompare(b.manifest.title));
}

/** Lists the assignments in the modules of the mirror. */
export async function listAssignments(mirror: Mirror): Promise<AssignmentChoice[]> {
  const found: AssignmentChoice[] = [];
  for (const { path, manifest } of await listPublished(mirror)) {
    const assignments = manifest.readingOrder.filter((file) => file.kind === 'assignment');
    if (assignments.length === 0) continue;
    const leaves = await bytesAt(mirror, `leaves/${manifest.leaves.sha256}`);
    if (!leaves) continue;
    const table = await verifyLeaves(manifest, leaves);
    for (const file of assignments) {
      // An assignment is a small JSON file: one chunk.
      const bytes = await bytesAt(mirror, chunkPath(table.leafOf(file, 0)));
      const body = bytes && assignmentBody.safeParse(JSON.parse(fromUtf8(bytes))).data;
      if (!body) continue;
      found.push({ assignmentId: body.id, modulePath: path, title: body.title, moduleTitle: manifest.title });
    }
  }
  return found;
}
