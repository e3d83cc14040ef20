import type { CourseFile, TocEntry } from '../course.ts';
import { type BackupActivity, plain, richText } from './backup.ts';
import { type Bench, contentOf, elementsOf, listOf, type Opened, pageOf } from './bench.ts';

/** A chapter of a Moodle book, in order. */
export interface BookChapter {
  readonly id: string;
  readonly title: string;
  readonly isSub: boolean;
  readonly content: ReturnType<typeof richText>;
}

/** The chapters that students see. */
export function bookChapters(activity: BackupActivity): BookChapter[] {
  return listOf(activity, 'chapters', 'chapter')
    .filter((chapter) => plain(chapter, 'hidden') !== '1')
    .map((chapter) => ({
      id: chapter.attributes.get('id') ?? '',
      title: plain(chapter, 'title') ?? '',
      isSub: plain(chapter, 'subchapter') === '1',
      number: Number(plain(chapter, 'pagenum') ?? 0),
      content: richText(chapter, 'content'),
    }))
    .sort((a, b) => a.number - b.number);
}

/** A book becomes one page a chapter, its subchapters below it; an introduction becomes the first page. */
export function openBook(activity: BackupActivity, bench: Bench): Opened {
  const { assembly, places } = bench;
  const files: CourseFile[] = [];
  const chapters: { line: TocEntry; below: TocEntry[] }[] = [];
  for (const chapter of bookChapters(activity)) {
    const place = places.ofChapter(activity, chapter.id);
    const page = assembly.putPage(
      place,
      { type: 'root', children: elementsOf(chapter.content, place, bench) },
      {
        title: chapter.title === '' ? activity.title : chapter.title,
        heading: true,
        address: places.addressIn(activity.contextId, 'mod_book', 'chapter', chapter.id),
      },
    );
    files.push(page);
    const line = { title: page.title ?? activity.title, href: page.href };
    const above = chapter.isSub ? chapters.at(-1) : undefined;
    if (above === undefined) chapters.push({ line, below: [] });
    else above.below.push(line);
  }
  for (const chapter of listOf(activity, 'chapters', 'chapter'))
    if (plain(chapter, 'hidden') === '1')
      assembly.report.add(activity.folder, 'HIDDEN_ITEM', plain(chapter, 'title') ?? 'a chapter');
  const toc = chapters.map(({ line, below }) => (below.length === 0 ? line : { ...line, children: below }));
  // The book's own page stands for links to it, even when it says nothing.
  const cover = pageOf(activity, bench, contentOf(activity, bench, 'intro'), 'intro');
  const [line] = cover.toc;
  return line === undefined
    ? { files, toc }
    : { files: [...cover.files, ...files], toc: [{ ...line, ...(toc.length === 0 ? {} : { children: toc }) }] };
}
