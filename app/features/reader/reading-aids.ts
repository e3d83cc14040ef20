import { array, type Infer, integer, object, record, type Shape, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import type { Manifest } from '#core/module/manifest.ts';
import type { Modules } from '../../platform/platform.ts';

const open = { unknownKeys: 'ignore' } as const;
const href = string({ minLength: 1, maxLength: 2048 });

const glossaryShape = object(
  { required: { entries: array(object({ required: { term: string(), meaning: string() } }, open), { max: 50_000 }) } },
  open,
);
const spokenPart = object(
  { required: { id: string(), audio: href, startMs: integer() }, optional: { endMs: integer() } },
  open,
);
const spokenShape = object(
  {
    required: {
      pages: record(href, array(spokenPart)),
    },
  },
  open,
);
const pageListShape = object(
  { required: { pages: array(object({ required: { label: string(), href } }, open), { max: 100_000 }) } },
  open,
);

/** A word and what it means. */
export type GlossaryEntry = Infer<typeof glossaryShape>['entries'][number];
/** A piece of text and the part of a sound in which a person reads it. */
export type SpokenPart = Infer<typeof spokenPart>;
/** A printed page number and the place where that page begins. */
export type PrintedPage = Infer<typeof pageListShape>['pages'][number];

async function read<T>(
  modules: Modules,
  path: string,
  manifest: Manifest,
  name: string,
  shape: Shape<T>,
): Promise<T | undefined> {
  const file = manifest.resources.find(({ type }) => type === `application/vnd.leeslicht.${name}+json`);
  if (!file) return undefined;
  try {
    return shape(parseJson(await modules.readBytes(path, file.href), { maxBytes: file.sizeBytes }), name);
  } catch {
    // formats/reading-aids.md 1.1: an aid that cannot be read is treated as absent.
    return undefined;
  }
}

/** formats/reading-aids.md 4: the words that the module explains. */
export async function readGlossary(
  modules: Modules,
  path: string,
  manifest: Manifest,
): Promise<readonly GlossaryEntry[]> {
  return (await read(modules, path, manifest, 'glossary', glossaryShape))?.entries ?? [];
}

/** formats/reading-aids.md 3: what a person reads aloud of one page. */
export async function readSpoken(
  modules: Modules,
  path: string,
  manifest: Manifest,
  page: string,
): Promise<readonly SpokenPart[]> {
  return (await read(modules, path, manifest, 'spoken', spokenShape))?.pages.get(page) ?? [];
}

/** formats/reading-aids.md 2: the printed page numbers. */
export async function readPageList(
  modules: Modules,
  path: string,
  manifest: Manifest,
): Promise<readonly PrintedPage[]> {
  return (await read(modules, path, manifest, 'page-list', pageListShape))?.pages ?? [];
}
