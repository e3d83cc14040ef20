import {
  array,
  hexString,
  type Infer,
  integer,
  isoInstantMs,
  literal,
  object,
  type Shape,
  string,
} from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { ASSIGNMENT_TYPE } from './assignment.ts';
import { chunkCountOf } from './chunk.ts';
import { checkHref, hrefIdentity } from './href.ts';
import { ModuleError } from './module-error.ts';
import { version } from './version.ts';

const NS = 'https://leeslicht.org/ns#';
const CONTEXT = 'https://readium.org/webpub-manifest/context.jsonld';
/** formats/module.md 2.6: what one module may hold. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 100_000;
const MAX_FILE_BYTES = 1024 ** 4;
const MAX_TOC_DEPTH = 16;
const MAX_LEAVES = 1024 * 1024;

/** The member names of our own, as the manifest spells them. */
export const manifestKeys = {
  context: CONTEXT,
  version: `${NS}version`,
  leaves: `${NS}leaves`,
  length: `${NS}length`,
  digest: `${NS}digest`,
  kind: `${NS}kind`,
  runtime: `${NS}runtime`,
  parameters: `${NS}parameters`,
  reflection: `${NS}reflection`,
  sheet: `${NS}sheet`,
} as const;

/** How the reader shows a file; a `resource` is only used by others. */
export type FileKind = 'page' | 'pdf' | 'video' | 'audio' | 'assignment' | 'quiz' | 'scripted' | 'resource';

/** What a scripted document talks to (formats/module.md 7.1). */
export type Runtime = 'h5p' | 'scorm12' | 'scorm2004';

/** One file of a module. Its leaves are `chunkCount` hashes from `firstChunk` on in `leaves.bin`. */
export interface ModuleFile {
  readonly href: string;
  readonly type: string;
  readonly title: string | undefined;
  readonly sizeBytes: number;
  /** Lower-case hex of formats/module.md 3.2. */
  readonly digest: string;
  readonly kind: FileKind;
  /** Only of a file of kind `scripted`: what it talks to, and what stands behind `?` when it is opened. */
  readonly scripted: { readonly runtime: Runtime; readonly parameters: string } | undefined;
  /** Only of a page with open questions: where its answer sheet is (formats/module.md 5.2). */
  readonly sheet: string | undefined;
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/** One line of the table of contents. `href` may end in a fragment. */
export interface TocEntry {
  readonly title: string;
  readonly href: string | undefined;
  readonly children: readonly TocEntry[];
}

/** A module, as its signed manifest describes it. */
export interface Manifest {
  readonly courseId: string;
  readonly moduleId: string;
  readonly title: string;
  readonly language: string;
  readonly version: string;
  readonly author: string | undefined;
  readonly description: string | undefined;
  readonly direction: 'ltr' | 'rtl';
  /** The tutor's questions at the end of a lesson; undefined where the reader asks its own. Empty: none are asked. */
  readonly reflection?: readonly string[];
  readonly readingOrder: readonly ModuleFile[];
  readonly resources: readonly ModuleFile[];
  /** Reading order, then resources: the order of `leaves.bin`. */
  readonly files: readonly ModuleFile[];
  readonly toc: readonly TocEntry[];
  readonly leaves: { readonly sha256: string; readonly length: number };
  /** All files together. */
  readonly sizeBytes: number;
}

const text = (maxLength: number): Shape<string> => string({ maxLength, minLength: 1 });
const ignore = { unknownKeys: 'ignore' } as const;

const linkShape = object(
  {
    required: {
      href: text(1024),
      type: string({ maxLength: 255, pattern: /^[\w.+-]+\/[\w.+-]+(?:;\s*[\w-]+=[\w."-]+)?$/ }),
      properties: object(
        {
          required: { [manifestKeys.length]: integer({ max: MAX_FILE_BYTES }), [manifestKeys.digest]: hexString(32) },
          optional: {
            [manifestKeys.kind]: literal('page', 'pdf', 'video', 'audio', 'assignment', 'quiz', 'scripted', 'resource'),
            [manifestKeys.runtime]: literal('h5p', 'scorm12', 'scorm2004'),
            [manifestKeys.parameters]: string({ maxLength: 1024, pattern: /^[\x21\x24-\x7e]*$/ }),
            [manifestKeys.sheet]: text(1024),
          },
        },
        ignore,
      ),
    },
    optional: { title: string({ maxLength: 1000 }) },
  },
  ignore,
);

const manifestShape = object(
  {
    required: {
      '@context': literal(CONTEXT),
      metadata: object(
        {
          required: {
            identifier: string({
              maxLength: 300,
              pattern: /^urn:leeslicht:module:[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9-]*$/,
            }),
            title: text(1000),
            language: string({ maxLength: 35, pattern: /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/ }),
            modified: isoInstantMs,
            [manifestKeys.version]: version,
          },
          optional: {
            author: string({ maxLength: 1000 }),
            description: string({ maxLength: 10_000 }),
            readingProgression: literal('ltr', 'rtl', 'auto'),
            // formats/module.md 2.8
            [manifestKeys.reflection]: array(text(300), { max: 5 }),
          },
        },
        ignore,
      ),
      readingOrder: array(linkShape, { min: 1, max: MAX_FILES }),
      [manifestKeys.leaves]: object({ required: { sha256: hexString(32), length: integer() } }),
    },
    optional: { resources: array(linkShape, { max: MAX_FILES }), toc: tocShape(0) },
  },
  ignore,
);

function tocShape(depth: number): Shape<TocEntry[]> {
  return (value, path) => {
    if (depth > MAX_TOC_DEPTH) throw new ModuleError({ code: 'BAD_MANIFEST', detail: `${path} is too deep` });
    const entry = object(
      { required: { title: text(1000) }, optional: { href: text(2048), children: tocShape(depth + 1) } },
      ignore,
    );
    return array(entry, { max: MAX_FILES })(value, path).map(({ title, href, children }) => ({
      title,
      href,
      children: children ?? [],
    }));
  };
}

/**
 * Reads `manifest.json`. It says nothing about who signed it: hand in bytes that the repository's client verified,
 * or take the answer as unverified. Throws ModuleError BAD_MANIFEST, BAD_HREF or DUPLICATE_HREF.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const document = read(bytes);
  const { metadata } = document;
  const [courseId = '', moduleId = ''] = metadata.identifier.slice('urn:leeslicht:module:'.length).split('/');
  const links = [...document.readingOrder, ...(document.resources ?? [])];
  const files = layOut(links);
  checkSheets(files);
  const sizeBytes = files.reduce((total, file) => total + file.sizeBytes, 0);
  const last = files.at(-1);
  const leaves = document[manifestKeys.leaves];
  if (sizeBytes > MAX_FILE_BYTES || leaves.length > 32 * MAX_LEAVES) {
    throw new ModuleError({ code: 'BAD_MANIFEST', detail: 'more than a module may hold' });
  }
  if (leaves.length !== 32 * (last ? last.firstChunk + last.chunkCount : 0)) {
    throw new ModuleError({ code: 'LEAVES_LENGTH', detail: String(leaves.length) });
  }
  return {
    courseId,
    moduleId,
    title: metadata.title,
    language: metadata.language,
    version: metadata[manifestKeys.version],
    author: metadata.author,
    description: metadata.description,
    direction: metadata.readingProgression === 'rtl' ? 'rtl' : 'ltr',
    ...(metadata[manifestKeys.reflection] === undefined ? {} : { reflection: metadata[manifestKeys.reflection] }),
    readingOrder: files.slice(0, document.readingOrder.length),
    resources: files.slice(document.readingOrder.length),
    files,
    toc: document.toc ?? [],
    leaves,
    sizeBytes,
  };
}

function read(bytes: Uint8Array): Infer<typeof manifestShape> {
  try {
    return manifestShape(parseJson(bytes, { maxBytes: MAX_MANIFEST_BYTES }), 'manifest.json');
  } catch (cause) {
    if (cause instanceof ModuleError) throw cause;
    const detail = cause instanceof Error ? cause.message : 'not readable';
    throw new ModuleError({ code: 'BAD_MANIFEST', detail, cause });
  }
}

function layOut(links: readonly Infer<typeof linkShape>[]): ModuleFile[] {
  const seen = new Set<string>();
  let firstChunk = 0;
  return links.map(({ href, type, title, properties }) => {
    const identity = hrefIdentity(checkHref(href));
    if (seen.has(identity)) throw new ModuleError({ code: 'DUPLICATE_HREF', detail: href });
    seen.add(identity);
    const sizeBytes = properties[manifestKeys.length];
    const chunkCount = chunkCountOf(sizeBytes);
    const kind = properties[manifestKeys.kind] ?? 'resource';
    const runtime = properties[manifestKeys.runtime];
    // formats/module.md 7.1: a runtime makes a scripted document, and nothing else does
    if ((kind === 'scripted') !== (runtime !== undefined))
      throw new ModuleError({ code: 'BAD_MANIFEST', detail: `${href} is half scripted` });
    const file = {
      href,
      type,
      title,
      sizeBytes,
      digest: properties[manifestKeys.digest],
      kind,
      scripted: runtime && { runtime, parameters: properties[manifestKeys.parameters] ?? '' },
      sheet: properties[manifestKeys.sheet],
      firstChunk,
      chunkCount,
    };
    firstChunk += chunkCount;
    return file;
  });
}

/** formats/module.md 5.2: a sheet belongs to a page, and is there. */
function checkSheets(files: readonly ModuleFile[]): void {
  const sheets = new Set(files.filter(({ type }) => type === ASSIGNMENT_TYPE).map(({ href }) => href));
  for (const { href, kind, sheet } of files) {
    if (sheet !== undefined && !(kind === 'page' && sheets.has(sheet)))
      throw new ModuleError({ code: 'BAD_MANIFEST', detail: `${href} names no answer sheet` });
  }
}
