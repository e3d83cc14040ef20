import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ASSIGNMENT_TYPE } from '#core/module/manifest.ts';
import { readText, takeAsset } from './asset.ts';
import { isAssignment, readAssignment } from './assignment.ts';
import { bytesSource, fileSource } from './byte-source.ts';
import { type Course, type CourseFile, createReport, type Report, type TocEntry } from './course.ts';
import { type FolderFile, listFolder, listSingleFile } from './folder-files.ts';
import { createHrefBook, slugOf } from './href.ts';
import { cleanHtmlPage, cleanTree, refusingOverflow } from './html-page.ts';
import { directionOf, isLanguageTag, languageLabel } from './language.ts';
import { type MarkdownFile, markdownToTree, readYamlMap, settingText, splitFrontMatter } from './markdown.ts';
import { mediaPage, titleOfName } from './media-page.ts';
import { type KnownType, typeOfName } from './media-type.ts';
import { createGeneratedFiles, type PageContext, type PageTarget } from './page-context.ts';
import { OWN_FOLDER, PAGE_STYLE_HREF, pageStyleFiles } from './page-style.ts';
import { readPdfFile } from './pdf.ts';
import type { ReadOptions } from './read-course.ts';
import { ReaderError } from './reader-error.ts';
import { xhtmlToHtml } from './xhtml.ts';

interface Planned {
  readonly file: FolderFile;
  readonly known: KnownType;
  readonly href: string;
  /** Page that is made for a media file. */
  readonly pageHref: string;
  readonly markdown?: MarkdownFile;
}

/**
 * Reads a folder of Markdown, HTML, pictures, sound, film and PDF. Order is the order of the names; a
 * `course.yaml` at the top may give id, title, language, version, author and description. A file of its own
 * becomes a course of one page when `onlyFile` is given.
 */
export async function readFolder(folder: string, options: ReadOptions, onlyFile?: string): Promise<Course> {
  const report = createReport();
  const listed = onlyFile === undefined ? await listFolder(folder, report) : await listSingleFile(folder, onlyFile);
  const settingsFile = listed.find((file) => /^course\.ya?ml$/i.test(file.path));
  const settings =
    settingsFile === undefined
      ? new Map<string, unknown>()
      : readYamlMap(await readFile(settingsFile.diskPath, 'utf8'), settingsFile.path);
  const language = options.language ?? settingText(settings, 'language', 'lang') ?? 'en';
  if (!isLanguageTag(language))
    throw new ReaderError({
      code: 'COURSE_FILE',
      file: settingsFile?.path ?? folder,
      problem: `names a language that is no language tag: "${language}"`,
      advice: 'Use a tag such as nl, en or ar.',
    });
  const direction = directionOf(language);
  const planned = await plan(
    listed.filter((file) => file !== settingsFile),
    report,
  );
  const byPath = new Map(planned.map((item) => [item.file.path, item]));
  const generated = createGeneratedFiles(`${OWN_FOLDER}/made`);
  const linked = new Set<string>();
  const embedded = new Set<string>();

  const contextOf = (item: Planned): PageContext => ({
    path: item.file.path,
    href: item.href,
    report,
    language,
    direction,
    fallbackTitle: titleOfName(item.file.path),
    defaultStyleHref: PAGE_STYLE_HREF,
    generated,
    used: (path, how) => (how === 'link' ? linked : embedded).add(path),
    target: (path) => targetOf(byPath, path),
    captionsOf: (path) => captionsOf(planned, path, language),
  });

  const pages = new Map<string, CourseFile>();
  const assets = new Map<string, CourseFile>();
  const outlines = new Map<string, readonly TocEntry[]>();
  for (const item of planned) {
    const { file, known } = item;
    const source = fileSource(file.diskPath, file.sizeBytes);
    if (known.kind === 'page') pages.set(file.path, await readPage(item, contextOf(item)));
    else if (known.kind === 'pdf') {
      const pdf = await readPdfFile(file.diskPath, file.sizeBytes, item.href, file.path, report);
      pages.set(file.path, {
        href: item.href,
        type: 'application/pdf',
        kind: 'pdf',
        title: pdf.title ?? titleOfName(file.path),
        source,
      });
      outlines.set(file.path, pdf.outline);
    } else {
      const asset = await takeAsset(source, known, contextOf(item));
      if (asset !== undefined) assets.set(file.path, asset);
    }
  }
  for (const item of planned) {
    const { path } = item.file;
    const isMedia = item.known.kind === 'video' || item.known.kind === 'audio';
    if (isMedia && assets.has(path) && (linked.has(path) || !embedded.has(path))) {
      pages.set(
        path,
        mediaPage({
          href: item.pageHref,
          mediaHref: item.href,
          type: item.known.type,
          title: titleOfName(path),
          language,
          direction,
          captions: captionsOf(planned, path, language),
        }),
      );
    } else if (item.known.type.startsWith('image/') && !embedded.has(path) && !linked.has(path))
      report.add(path, 'NOT_LINKED', 'no page shows this picture');
  }
  const readingOrder = planned.flatMap((item) => pages.get(item.file.path) ?? []);
  if (readingOrder.length === 0)
    throw new ReaderError({
      code: 'EMPTY',
      file: folder,
      problem: 'holds nothing that a learner could open',
      advice: 'Put Markdown, HTML, PDF, sound or film files in it.',
    });
  const name = onlyFile ?? basename(resolve(folder));
  const title =
    options.title ??
    settingText(settings, 'title') ??
    (onlyFile === undefined ? titleOfName(name) : (readingOrder[0]?.title ?? titleOfName(name)));
  return {
    title,
    language,
    direction,
    readingOrder,
    resources: [
      ...planned.flatMap((item) => assets.get(item.file.path) ?? []),
      ...generated.files(),
      ...pageStyleFiles(),
    ],
    toc: tableOfContents(planned, pages, outlines),
    report: report.entries(),
    suggested: suggestions(settings, onlyFile === undefined ? name : name.replace(/\.[^.]*$/, '')),
    close: async () => undefined,
  };
}

async function plan(files: readonly FolderFile[], report: Report): Promise<Planned[]> {
  const book = createHrefBook();
  const planned: Planned[] = [];
  for (const file of files) {
    const known = typeOfName(file.path);
    if (known === undefined) {
      const isScript = /\.[cm]?js$/i.test(file.path);
      report.add(
        file.path,
        isScript ? 'SCRIPT_REMOVED' : 'UNKNOWN_TYPE',
        isScript ? 'scripts do not run in a module' : 'this kind of file cannot be shown',
      );
      continue;
    }
    // The packager's own folder must stay its own.
    const path = file.path.toLowerCase().startsWith(`${OWN_FOLDER}/`) ? `course-${file.path}` : file.path;
    const markdown =
      known.type === 'text/markdown'
        ? splitFrontMatter(
            await readText(fileSource(file.diskPath, file.sizeBytes), { path: file.path, report }),
            file.path,
          )
        : undefined;
    const pageEnding = markdown !== undefined && isAssignment(markdown) ? 'assignment.json' : 'html';
    const href = book.assign(path, known.kind === 'page' ? pageEnding : undefined);
    const isMedia = known.kind === 'video' || known.kind === 'audio';
    planned.push({
      file,
      known,
      href,
      pageHref: isMedia ? book.assign(`${path}.page`, 'html') : href,
      ...(markdown === undefined ? {} : { markdown }),
    });
  }
  return planned;
}

async function readPage(item: Planned, context: PageContext): Promise<CourseFile> {
  const { file, known, href, markdown } = item;
  const page = (title: string, html: string): CourseFile => ({
    href,
    type: 'text/html',
    kind: 'page',
    title,
    source: bytesSource(new TextEncoder().encode(html)),
  });
  if (markdown === undefined) {
    const text = await readText(fileSource(file.diskPath, file.sizeBytes), context);
    const clean = cleanHtmlPage(known.type === 'text/html' ? text : xhtmlToHtml(text, file.path), context);
    return page(clean.title, clean.html);
  }
  if (isAssignment(markdown)) {
    const assignment = readAssignment(markdown, context);
    return {
      href,
      type: ASSIGNMENT_TYPE,
      kind: 'assignment',
      title: assignment.title,
      source: bytesSource(new TextEncoder().encode(`${JSON.stringify(assignment, null, 2)}\n`)),
    };
  }
  const tree = refusingOverflow(file.path, () => markdownToTree(markdown.body));
  const title = settingText(markdown.frontMatter, 'title');
  const hasHeading = tree.children.some((child) => child.type === 'element' && child.tagName === 'h1');
  if (title !== undefined && !hasHeading)
    tree.children.unshift({
      type: 'element',
      tagName: 'h1',
      properties: {},
      children: [{ type: 'text', value: title }],
    });
  const clean = cleanTree(tree, title === undefined ? context : { ...context, title });
  return page(clean.title, clean.html);
}

function targetOf(byPath: ReadonlyMap<string, Planned>, path: string): PageTarget | undefined {
  const item = byPath.get(path) ?? byPath.get(`${path}/index.md`) ?? byPath.get(`${path}/index.html`);
  return item === undefined ? undefined : { linkHref: item.pageHref, embedHref: item.href, type: item.known.type };
}

function captionsOf(
  planned: readonly Planned[],
  mediaPath: string,
  language: string,
): { href: string; language: string; label: string }[] {
  const stem = mediaPath.replace(/\.[^./]*$/, '');
  return planned.flatMap((item) => {
    if (item.known.type !== 'text/vtt' || !item.file.path.startsWith(`${stem}.`)) return [];
    const between = item.file.path.slice(stem.length + 1).replace(/\.?vtt$/i, '');
    if (between !== '' && !isLanguageTag(between)) return [];
    const captionLanguage = between === '' ? language : between;
    return [{ href: item.href, language: captionLanguage, label: languageLabel(captionLanguage) }];
  });
}

function tableOfContents(
  planned: readonly Planned[],
  pages: ReadonlyMap<string, CourseFile>,
  outlines: ReadonlyMap<string, readonly TocEntry[]>,
): TocEntry[] {
  interface Branch {
    readonly title: string;
    readonly href?: string;
    readonly children: Branch[];
  }
  const top: Branch[] = [];
  const folders = new Map<string, Branch[]>([['', top]]);
  const childrenOf = (folder: string): Branch[] => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const children: Branch[] = [];
    folders.set(folder, children);
    childrenOf(folder.split('/').slice(0, -1).join('/')).push({
      title: titleOfName(`${folder}/`.slice(0, -1)),
      children,
    });
    return children;
  };
  for (const item of planned) {
    const page = pages.get(item.file.path);
    if (page === undefined) continue;
    const outline = outlines.get(item.file.path) ?? [];
    childrenOf(item.file.path.split('/').slice(0, -1).join('/')).push({
      title: page.title ?? titleOfName(item.file.path),
      href: page.href,
      children: outline.map(branchOf),
    });
  }
  function branchOf(entry: TocEntry): Branch {
    return {
      title: entry.title,
      ...(entry.href === undefined ? {} : { href: entry.href }),
      children: (entry.children ?? []).map(branchOf),
    };
  }
  const trim = (branch: Branch): TocEntry => ({
    title: branch.title,
    ...(branch.href === undefined ? {} : { href: branch.href }),
    ...(branch.children.length === 0 ? {} : { children: branch.children.map(trim) }),
  });
  return top.map(trim);
}

function suggestions(settings: ReadonlyMap<string, unknown>, name: string): Course['suggested'] {
  const id = slugOf(settingText(settings, 'id') ?? name);
  const courseId = settingText(settings, 'course');
  const version = settingText(settings, 'version');
  const author = settingText(settings, 'author');
  const description = settingText(settings, 'description');
  const modified = settingText(settings, 'modified');
  return {
    moduleId: id,
    ...(courseId === undefined ? {} : { courseId: slugOf(courseId) }),
    ...(version === undefined ? {} : { version }),
    ...(author === undefined ? {} : { author }),
    ...(description === undefined ? {} : { description }),
    ...(modified === undefined ? {} : { modified }),
  };
}
