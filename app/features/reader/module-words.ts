import type { Manifest, ModuleFile } from '#core/module/manifest.ts';
import type { Modules } from '../../platform/platform.ts';
import { countWords } from '../../platform/records/records.ts';
import { moduleSearch } from '../../platform/search/module-search.ts';

/** How many words each part of a module has, by href. Parts without text of their own are absent. */
export type ModuleWords = ReadonlyMap<string, number>;

/** What of a manifest tells where its words are. */
interface Pages {
  readonly readingOrder: readonly Pick<ModuleFile, 'href' | 'kind' | 'sizeBytes'>[];
}

const known = new WeakMap<Manifest, Promise<ModuleWords>>();

/** A page longer than this is not read only to count its words. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** At the latest then the next page is counted, also where the browser is never idle. */
const LONGEST_WAIT_MS = 1000;

/** The words of a module's pages: of its index, or counted. Once for each manifest. */
export function moduleWords(modules: Modules, path: string, manifest: Manifest): Promise<ModuleWords> {
  const before = known.get(manifest);
  if (before) return before;
  const counting = count(modules, path, manifest);
  known.set(manifest, counting);
  counting.catch(() => known.delete(manifest));
  return counting;
}

async function count(modules: Modules, path: string, manifest: Manifest): Promise<ModuleWords> {
  return (await moduleSearch(modules).words(path)) ?? countPages(modules, path, manifest);
}

/** Counts for a module that came without an index: a page whenever the browser is idle, so that turning goes first. */
export async function countPages(
  modules: Pick<Modules, 'readText'>,
  path: string,
  manifest: Pages,
): Promise<ModuleWords> {
  const words = new Map<string, number>();
  for (const { href, kind, sizeBytes } of manifest.readingOrder) {
    if (kind !== 'page' || sizeBytes > MAX_PAGE_BYTES) continue;
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS }));
    try {
      words.set(href, countWords(textOfHtml(await modules.readText(path, href))));
    } catch {
      // A damaged page is reported when it is opened; here its words are only not counted.
    }
  }
  return words;
}

/** The words of a page without its tags: near enough for counting. */
export function textOfHtml(html: string): string {
  return html.replace(/<head[\s>][\s\S]*?<\/head>|<!--[\s\S]*?-->|<[^>]*>/gi, ' ');
}

/** How far a module is, by its words; parts without words count as a page of 300. */
export interface ModulePosition {
  /** 0 to 1. */
  readonly fraction: number;
  readonly wordsLeft: number;
  readonly wordsLeftInPart: number;
}

/** Adds up where the learner is: everything before the open part, and so much of it. */
export function modulePosition(
  order: readonly { readonly href: string }[],
  words: ModuleWords,
  index: number,
  partFraction: number,
): ModulePosition {
  const sizeOf = (href: string): number => words.get(href) ?? 300;
  let total = 0;
  let done = 0;
  let wordsLeft = 0;
  let wordsLeftInPart = 0;
  for (const [at, { href }] of order.entries()) {
    const size = sizeOf(href);
    const read = at < index ? 1 : at === index ? partFraction : 0;
    const left = (words.get(href) ?? 0) * (1 - read);
    total += size;
    done += size * read;
    if (at >= index) wordsLeft += left;
    if (at === index) wordsLeftInPart = left;
  }
  return { fraction: total === 0 ? 0 : done / total, wordsLeft, wordsLeftInPart };
}
