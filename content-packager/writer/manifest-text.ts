import { ASSIGNMENT_TYPE } from '#core/module/assignment.ts';
import { MAX_MANIFEST_BYTES, manifestKeys, parseManifest } from '#core/module/manifest.ts';
import type { Course, CourseFile, TocEntry } from '../readers/course.ts';
import { WriterError } from './writer-error.ts';

/** Who a module is. */
export interface ModuleIdentity {
  readonly courseId: string;
  readonly moduleId: string;
  readonly version: string;
}

/** Length and digests that stand in the manifest for each file, in order. */
export interface Digests {
  readonly files: readonly string[];
  readonly leavesSha256: string;
}

const BLANK = '0'.repeat(64);
/** formats/module.md: what `modified` says when the source names no moment. The bytes must not depend on file times. */
export const UNKNOWN_MOMENT = '1980-01-01T00:00:00Z';

/** Digests of the right length, so that the manifest's length is known before the first byte is hashed. */
export function blankDigests(fileCount: number): Digests {
  return { files: new Array<string>(fileCount).fill(BLANK), leavesSha256: BLANK };
}

/** The bytes of `manifest.json`. The same course and digests always give the same bytes. */
export function manifestBytes(
  course: Course,
  identity: ModuleIdentity,
  digests: Digests,
  leavesLength: number,
): Uint8Array {
  const files = [...course.readingOrder, ...course.resources];
  const links = files.map((file, index) => linkOf(file, digests.files[index] ?? BLANK));
  const { author, description, modified, reflection } = course.suggested;
  const document = {
    '@context': manifestKeys.context,
    metadata: {
      '@type': 'http://schema.org/Book',
      identifier: `urn:leeslicht:module:${identity.courseId}/${identity.moduleId}`,
      title: clip(course.title, 1000),
      language: course.language,
      ...(author === undefined ? {} : { author: clip(author, 1000) }),
      ...(description === undefined ? {} : { description: clip(description, 10_000) }),
      modified: moment(modified),
      readingProgression: course.direction,
      [manifestKeys.version]: identity.version,
      ...(reflection === undefined
        ? {}
        : { [manifestKeys.reflection]: reflection.slice(0, 5).map((one) => clip(one, 300)) }),
    },
    links: [],
    readingOrder: links.slice(0, course.readingOrder.length),
    resources: links.slice(course.readingOrder.length),
    toc: course.toc.map((entry) => tocOf(entry, 0)),
    [manifestKeys.leaves]: { sha256: digests.leavesSha256, length: leavesLength },
  };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 1)}\n`);
}

/** Lets core read the finished manifest back, so that nothing leaves that a station or device would refuse. */
export function checkManifest(bytes: Uint8Array, file: string): void {
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw new WriterError({
      code: 'BAD_IDENTITY',
      file,
      problem: 'has too many files or contents entries for one module',
      advice: 'Split the course into smaller modules.',
    });
  try {
    parseManifest(bytes);
  } catch (cause) {
    throw new WriterError({
      code: 'BAD_IDENTITY',
      file,
      problem: `cannot become a module: ${cause instanceof Error ? cause.message : 'its manifest is not valid'}`,
      advice:
        'Check --id, --course (lower-case letters, digits, hyphens), --version (1.2.3) and --language (nl, en-GB).',
      cause,
    });
  }
}

function linkOf(file: CourseFile, digest: string): Record<string, unknown> {
  return {
    href: file.href,
    type: file.kind === 'assignment' ? ASSIGNMENT_TYPE : file.type,
    ...(file.title === undefined ? {} : { title: clip(file.title, 1000) }),
    properties: {
      [manifestKeys.length]: file.source.sizeBytes,
      [manifestKeys.digest]: digest,
      [manifestKeys.kind]: file.kind,
      ...(file.scripted === undefined ? {} : { [manifestKeys.runtime]: file.scripted.runtime }),
      ...(file.scripted?.parameters ? { [manifestKeys.parameters]: file.scripted.parameters } : {}),
      ...(file.sheet === undefined ? {} : { [manifestKeys.sheet]: file.sheet }),
    },
  };
}

function tocOf(entry: TocEntry, depth: number): Record<string, unknown> {
  const children = depth < 15 ? (entry.children ?? []) : [];
  return {
    title: clip(entry.title, 1000),
    ...(entry.href === undefined || entry.href.length > 2048 ? {} : { href: entry.href }),
    ...(children.length === 0 ? {} : { children: children.map((child) => tocOf(child, depth + 1)) }),
  };
}

function clip(text: string, maxLength: number): string {
  const whole = text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/\s+/g, ' ')
    .trim();
  return whole.length <= maxLength ? whole : `${whole.slice(0, maxLength - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

function moment(text: string | undefined): string {
  const parsed = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(parsed) ? UNKNOWN_MOMENT : new Date(parsed).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
