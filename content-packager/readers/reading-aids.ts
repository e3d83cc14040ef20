import { bytesSource } from './byte-source.ts';
import type { CourseFile } from './course.ts';
import { OWN_FOLDER } from './page-style.ts';

/** A printed page number and where that page begins. */
export interface PageListEntry {
  readonly label: string;
  /** With a fragment. */
  readonly href: string;
}

/** A piece of text that is read aloud by a part of a sound file. */
export interface SpokenPart {
  /** `id` of the element in the page. */
  readonly id: string;
  /** Name of the sound file in the module. */
  readonly audio: string;
  readonly startMs: number;
  /** Absent when the part runs to the end of the sound. */
  readonly endMs?: number;
}

/** A word and what it means. */
export interface GlossaryEntry {
  readonly term: string;
  /** Plain text. */
  readonly meaning: string;
}

/** docs/formats/reading-aids.md: media types of the files that help a reader along. */
export const AID_TYPES = {
  pageList: 'application/vnd.leeslicht.page-list+json',
  spoken: 'application/vnd.leeslicht.spoken+json',
  glossary: 'application/vnd.leeslicht.glossary+json',
} as const;

/** formats/reading-aids.md 2: printed page numbers; nothing when there are none. */
export function pageListFiles(pages: readonly PageListEntry[]): CourseFile[] {
  return pages.length === 0 ? [] : [aidFile('page-list.json', AID_TYPES.pageList, { pages })];
}

/** formats/reading-aids.md 3: which part of which sound reads which element aloud, by page. */
export function spokenFiles(pages: ReadonlyMap<string, readonly SpokenPart[]>): CourseFile[] {
  return pages.size === 0 ? [] : [aidFile('spoken.json', AID_TYPES.spoken, { pages: Object.fromEntries(pages) })];
}

/** formats/reading-aids.md 4: the glossary, in the order of its terms in the source; the first meaning of a term counts. */
export function glossaryFiles(entries: readonly GlossaryEntry[]): CourseFile[] {
  const seen = new Set<string>();
  const once = entries.filter(({ term, meaning }) => {
    const isNew = term !== '' && meaning !== '' && !seen.has(term.toLowerCase());
    seen.add(term.toLowerCase());
    return isNew;
  });
  return once.length === 0 ? [] : [aidFile('glossary.json', AID_TYPES.glossary, { entries: once })];
}

function aidFile(name: string, type: string, content: object): CourseFile {
  const source = bytesSource(new TextEncoder().encode(`${JSON.stringify(content)}\n`));
  return { href: `${OWN_FOLDER}/${name}`, type, kind: 'resource', source };
}
