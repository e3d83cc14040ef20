import type { Selector } from '#core/annotation/selector.ts';
import { splitHref } from '#core/module/contents.ts';
import type { Manifest, ModuleFile, TocEntry } from '#core/module/manifest.ts';
import type { Modules } from '../../platform/platform.ts';
import { progressKey, type Records } from '../../platform/records/records.ts';
import { parseTarget, type Target } from '../../shell/target.ts';

/** One part of a module, and where in it reading begins. */
export interface OpenedPart {
  readonly manifest: Manifest;
  readonly index: number;
  readonly file: ModuleFile;
  /** What the address asks for in the part. */
  readonly target: Target;
  /** The `id` or page that the part itself is asked to open at. */
  readonly fragment: string | undefined;
  readonly startFraction: number;
  readonly startPlace: readonly Selector[];
}

/** Opens a part by its address, or the part that was read last. Undefined for a module without parts. */
export async function openPart(
  modules: Modules,
  records: Records,
  path: string,
  href: string | undefined,
): Promise<OpenedPart | undefined> {
  const manifest = await modules.manifest(path);
  const [wanted, fragment] = splitHref(href ?? '');
  let open: string | undefined = wanted;
  if (href === undefined) {
    const read = (await records.progress.all()).filter((record) => record.modulePath === path);
    open = read.sort((a, b) => b.updatedAtMs - a.updatedAtMs)[0]?.href;
  }
  const index = Math.max(
    0,
    manifest.readingOrder.findIndex((file) => file.href === open),
  );
  const file = manifest.readingOrder[index];
  if (!file) return undefined;
  const target = parseTarget(fragment);
  const common = { manifest, index, file, target };
  switch (target.kind) {
    case 'note': {
      const note = await records.notes.get(target.id);
      return { ...common, fragment: undefined, startFraction: 0.01, startPlace: note?.selectors ?? [] };
    }
    case 'found':
    case 'fragment':
      return { ...common, fragment: target.fragment || undefined, startFraction: 0, startPlace: [] };
    case 'start': {
      const progress = await records.progress.get(progressKey(path, file.href));
      const startFraction = progress?.fraction ?? 0;
      return { ...common, fragment: undefined, startFraction, startPlace: progress?.place ?? [] };
    }
  }
}

/** The contents of a module: its own, or else the titles of its parts. */
export function contentsOf(manifest: Manifest): readonly TocEntry[] {
  if (manifest.toc.length > 0) return manifest.toc;
  return manifest.readingOrder.map(({ href, title }) => ({ href, title: title ?? href, children: [] }));
}

/** The ids of the headings in one file that the contents name, in order. */
export function headingsIn(entries: readonly TocEntry[], file: string): readonly string[] {
  return entries.flatMap(({ href, children }) => {
    const [own, fragment] = splitHref(href ?? '');
    return [...(own === file && fragment ? [fragment] : []), ...headingsIn(children, file)];
  });
}

/** The line of the contents where the learner is: the heading if it has one, else the file. */
export function currentEntry(
  entries: readonly TocEntry[],
  file: string,
  heading: string | undefined,
): string | undefined {
  const all = (some: readonly TocEntry[]): readonly string[] =>
    some.flatMap(({ href, children }) => [...(href === undefined ? [] : [href]), ...all(children)]);
  const hrefs = all(entries);
  return (
    hrefs.find((href) => href === (heading === undefined ? file : `${file}#${heading}`)) ??
    hrefs.find((href) => href === file) ??
    hrefs.find((href) => splitHref(href)[0] === file)
  );
}
