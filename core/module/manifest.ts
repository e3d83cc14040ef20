import { isJsonObject, type JsonValue } from '#core/json/json-value.ts';
import {
  array,
  hexString,
  type Infer,
  integer,
  isoInstantMs,
  literal,
  object,
  type Shape,
  ShapeError,
  string,
} from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { CHUNK_BYTES, chunkCountOf } from './chunk.ts';
import { requireDistinctHrefs } from './href.ts';
import { ModuleError } from './module-error.ts';

export { ModuleError, type ModuleErrorCode } from './module-error.ts';

/** The value of `@context`. */
export const MANIFEST_CONTEXT = 'https://readium.org/webpub-manifest/context.jsonld';
/** The names of our own members, all URIs (formats/module.md 2.3). */
export const MANIFEST_KEYS = {
  version: 'https://leeslicht.org/ns#version',
  leaves: 'https://leeslicht.org/ns#leaves',
  length: 'https://leeslicht.org/ns#length',
  digest: 'https://leeslicht.org/ns#digest',
  kind: 'https://leeslicht.org/ns#kind',
} as const;
/** The media type of an assignment in the reading order. */
export const ASSIGNMENT_TYPE = 'application/vnd.leeslicht.assignment+json';

/** What a file is to the reader; `other` is everything that only serves a page. */
export type ModuleFileKind = 'page' | 'pdf' | 'video' | 'audio' | 'assignment' | 'other';

/** One file of a module, and where its leaves lie in `leaves.bin`. */
export interface ModuleFile {
  readonly href: string;
  readonly type: string;
  readonly title?: string;
  readonly sizeBytes: number;
  /** `fileDigest` of its length and leaves, 64 hexadecimal digits. */
  readonly digest: string;
  readonly kind: ModuleFileKind;
  /** Index of its first leaf. */
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/** A line of the table of contents; `href` may end in a `#fragment`. */
export interface TocEntry {
  readonly title: string;
  readonly href?: string;
  readonly children: readonly TocEntry[];
}

/** A module's manifest, read and checked. Whether it is signed, the TUF target says. */
export interface Manifest {
  readonly courseId: string;
  readonly moduleId: string;
  readonly title: string;
  readonly language: string;
  readonly version: string;
  readonly authors: readonly string[];
  readonly description?: string;
  readonly modifiedMs: number;
  readonly direction: 'ltr' | 'rtl' | 'auto';
  readonly readingOrder: readonly ModuleFile[];
  readonly resources: readonly ModuleFile[];
  readonly toc: readonly TocEntry[];
  /** SHA-256 (hexadecimal) and length in bytes of `leaves.bin`. */
  readonly leaves: { readonly sha256: string; readonly length: number };
  /** Reading order, then resources: the order of the leaves. */
  readonly files: readonly ModuleFile[];
}

/** formats/module.md 2.6: beyond these a module is refused before anything is kept of it. */
export const MODULE_LIMITS = { manifestBytes: 16 * 1024 * 1024, files: 50_000, leaves: 262_144 } as const;

const IDENTIFIER = /^urn:leeslicht:module:([a-z0-9][a-z0-9-]{0,63})\/([a-z0-9][a-z0-9-]{0,63})$/;
const LENIENT = { unknownKeys: 'ignore' } as const;

const linkShape = object(
  {
    required: {
      href: string({ minLength: 1, maxLength: 1024 }),
      type: string({ maxLength: 200, pattern: /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/ }),
      properties: object(
        {
          required: {
            [MANIFEST_KEYS.length]: integer({ max: MODULE_LIMITS.leaves * CHUNK_BYTES }),
            [MANIFEST_KEYS.digest]: hexString(32),
          },
          optional: { [MANIFEST_KEYS.kind]: literal('page', 'pdf', 'video', 'audio', 'assignment', 'other') },
        },
        LENIENT,
      ),
    },
    optional: { title: string({ maxLength: 1000 }) },
  },
  LENIENT,
);

const tocShape: Shape<TocEntry> = (value, path) => {
  const { title, href, children } = object(
    {
      required: { title: string({ maxLength: 1000 }) },
      optional: { href: string({ maxLength: 2048 }), children: array(tocShape, { max: 10_000 }) },
    },
    LENIENT,
  )(value, path);
  return { title, ...(href === undefined ? {} : { href }), children: children ?? [] };
};

const authorsShape: Shape<readonly string[]> = (value, path) => {
  const name = string({ maxLength: 500 });
  const one: Shape<string> = (item, itemPath) =>
    isJsonObject(item) ? object({ required: { name } }, LENIENT)(item, itemPath).name : name(item, itemPath);
  return Array.isArray(value) ? array(one, { max: 100 })(value, path) : [one(value, path)];
};

const manifestShape = object(
  {
    required: {
      '@context': literal(MANIFEST_CONTEXT),
      metadata: object(
        {
          required: {
            identifier: string({ pattern: IDENTIFIER }),
            title: string({ minLength: 1, maxLength: 1000 }),
            language: string({ pattern: /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, maxLength: 35 }),
            modified: isoInstantMs,
            [MANIFEST_KEYS.version]: string({ pattern: /^\d{1,6}\.\d{1,6}\.\d{1,6}$/ }),
          },
          optional: {
            author: authorsShape,
            description: string({ maxLength: 10_000 }),
            readingProgression: literal('ltr', 'rtl', 'auto'),
          },
        },
        LENIENT,
      ),
      readingOrder: array(linkShape, { min: 1, max: MODULE_LIMITS.files }),
      [MANIFEST_KEYS.leaves]: object({ required: { sha256: hexString(32), length: integer() } }),
    },
    optional: {
      resources: array(linkShape, { max: MODULE_LIMITS.files }),
      toc: array(tocShape, { max: 10_000 }),
    },
  },
  LENIENT,
);

/** Reads `manifest.json`. Throws `ModuleError` that says what breaks formats/module.md 2 and 3. */
export function parseManifest(bytes: Uint8Array): Manifest {
  const read = readShape(bytes);
  const metadata = read.metadata;
  const [, courseId = '', moduleId = ''] = IDENTIFIER.exec(metadata.identifier) ?? [];
  const links = [...read.readingOrder, ...(read.resources ?? [])];
  if (links.length > MODULE_LIMITS.files) throw new ModuleError({ code: 'TOO_LARGE' });
  requireDistinctHrefs(links.map((link) => link.href));
  const files = placeFiles(links);
  const leaves = read[MANIFEST_KEYS.leaves];
  const leafCount = files.reduce((total, file) => total + file.chunkCount, 0);
  if (leafCount > MODULE_LIMITS.leaves) throw new ModuleError({ code: 'TOO_LARGE' });
  // formats/module.md 4.2: 32 bytes a leaf
  if (leaves.length !== 32 * leafCount) throw new ModuleError({ code: 'WRONG_LENGTH', href: 'leaves.bin' });
  const toc = read.toc ?? [];
  requireKnownTargets(toc, new Set(files.map((file) => file.href)));
  return {
    courseId,
    moduleId,
    title: metadata.title,
    language: metadata.language,
    version: metadata[MANIFEST_KEYS.version],
    authors: metadata.author ?? [],
    ...(metadata.description === undefined ? {} : { description: metadata.description }),
    modifiedMs: metadata.modified,
    direction: metadata.readingProgression ?? 'auto',
    readingOrder: files.slice(0, read.readingOrder.length),
    resources: files.slice(read.readingOrder.length),
    toc,
    leaves,
    files,
  };
}

function readShape(bytes: Uint8Array): Infer<typeof manifestShape> {
  let value: JsonValue;
  try {
    value = parseJson(bytes, { maxBytes: MODULE_LIMITS.manifestBytes });
    return manifestShape(value, '');
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError) {
      throw new ModuleError({ code: 'MALFORMED', href: 'manifest.json', cause });
    }
    throw cause;
  }
}

function placeFiles(links: readonly Infer<typeof linkShape>[]): readonly ModuleFile[] {
  let nextChunk = 0;
  return links.map((link) => {
    const sizeBytes = link.properties[MANIFEST_KEYS.length];
    const firstChunk = nextChunk;
    const chunkCount = chunkCountOf(sizeBytes);
    nextChunk += chunkCount;
    return {
      href: link.href,
      type: link.type,
      ...(link.title === undefined ? {} : { title: link.title }),
      sizeBytes,
      digest: link.properties[MANIFEST_KEYS.digest],
      kind: link.properties[MANIFEST_KEYS.kind] ?? kindOfType(link.type),
      firstChunk,
      chunkCount,
    };
  });
}

function kindOfType(type: string): ModuleFileKind {
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'page';
  if (type === 'application/pdf') return 'pdf';
  if (type === ASSIGNMENT_TYPE) return 'assignment';
  if (type.startsWith('video/')) return 'video';
  return type.startsWith('audio/') ? 'audio' : 'other';
}

function requireKnownTargets(entries: readonly TocEntry[], hrefs: ReadonlySet<string>): void {
  for (const entry of entries) {
    // formats/module.md 2.5: the table of contents leads to files of this module only
    const target = entry.href?.split('#')[0];
    if (target !== undefined && !hrefs.has(target)) throw new ModuleError({ code: 'DANGLING_HREF', href: target });
    requireKnownTargets(entry.children, hrefs);
  }
}
