import type { Root } from 'hast';
import type { Assignment } from '#core/module/assignment.ts';
import { readText, takeAsset } from './asset.ts';
import { assignmentFile, isAssignment } from './assignment.ts';
import { firstBytes } from './byte-source.ts';
import type { CourseFile, InputFile, Report, TocEntry } from './course.ts';
import { createHrefBook } from './href.ts';
import { cleanTree, refusingOverflow } from './html-page.ts';
import { directionOf, isLanguageTag, languageLabel } from './language.ts';
import { type MarkdownFile, splitFrontMatter } from './markdown.ts';
import { mediaPage, titleOfName } from './media-page.ts';
import { type KnownType, trueType, typeOfName, WORD_TYPE } from './media-type.ts';
import { type CaptionTarget, createGeneratedFiles, type PageContext, type PageTarget } from './page-context.ts';
import { pageFile, readPageFile } from './page-file.ts';
import { OWN_FOLDER, PAGE_STYLE_HREF, pageStyleFiles } from './page-style.ts';
import { type PdfFacts, readPdf } from './pdf.ts';
import { tooManyPoints } from './picture-size.ts';
import { ReaderError } from './reader-error.ts';
import { type PageListEntry, pageListFiles } from './reading-aids.ts';
import { readWordFacts } from './word.ts';

/** What a reader may say about a page beside its text. */
export interface PageHints {
  /** Wins over the title and headings in the page. */
  readonly title?: string;
  /** Turns the tokens of a learning platform into addresses. */
  readonly address?: (address: string) => string;
  /** The page gets its title as a heading when it has none of the first level. */
  readonly heading?: boolean;
}

/**
 * The bench on which a reader puts a module together. First every file and page is planned, so that all final names
 * are known; then they are opened in the order that the reader wants; `finish` takes along what they use.
 */
export interface Assembly {
  readonly report: Report;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /**
   * Plans a file of the input. False when a module cannot carry it, for its kind or because it is not what its name
   * says; that is then in the report. What is not planned cannot be linked to.
   */
  planFile(file: InputFile, known?: KnownType): Promise<boolean>;
  /** Plans a page or assignment that the reader makes itself; it answers to `path` in links. */
  planPage(path: string, extension?: 'html' | 'assignment.json' | 'quiz.json'): void;
  /** Takes back a plan that came to nothing, so that no page links to it. */
  unplan(path: string): void;
  isPlanned(path: string): boolean;
  contextOf(path: string, hints?: PageHints): PageContext;
  /** Opens a planned file: a page, PDF, film, sound, or with `alone` a picture. Undefined when it is nothing to open. */
  open(path: string, hints?: PageHints & { alone?: boolean }): Promise<CourseFile | undefined>;
  /** Cleans a page that the reader made. */
  putPage(path: string, tree: Root, hints?: PageHints): CourseFile;
  putAssignment(path: string, assignment: Assignment): CourseFile;
  /** The contents inside a file that was opened, such as the outline of a PDF. */
  outlineOf(path: string): readonly TocEntry[];
  /** Planned files that can be opened, were not yet, and that some page links to. Opens them. */
  openLinked(): Promise<readonly { readonly path: string; readonly file: CourseFile }[]>;
  isOpened(path: string): boolean;
  /** How opened pages use a file. */
  usage(path: string): 'none' | 'linked' | 'embedded';
  /** Everything that pages use, and what the packager adds, such as the printed page numbers of PDFs that were opened. `keepUnused` takes the rest of the input along as well. */
  resources(keepUnused: boolean): Promise<readonly CourseFile[]>;
}

interface Planned {
  readonly file: InputFile;
  readonly known: KnownType;
  readonly href: string;
  /** Page that is made for a media file. */
  readonly pageHref: string;
  readonly markdown?: MarkdownFile;
  readonly pdf?: PdfFacts;
}

/** Begins a module in `language`. `ownPrefix` names files of the input that would lie in the packager's own folder. */
export function createAssembly(options: {
  readonly language: string;
  readonly report: Report;
  readonly ownPrefix: string;
  /** Whether one broken PDF or Word file refuses the input; else it is left out and reported. */
  readonly refusesBroken: boolean;
}): Assembly {
  const { language, report } = options;
  const direction = directionOf(language);
  const book = createHrefBook();
  const planned = new Map<string, Planned>();
  const made = new Map<string, string>();
  const generated = createGeneratedFiles(`${OWN_FOLDER}/made`);
  const opened = new Map<string, CourseFile | undefined>();
  const pageList: PageListEntry[] = [];
  const assets = new Map<string, CourseFile | undefined>();
  const linked = new Set<string>();
  const embedded = new Set<string>();

  const nameFor = (path: string, extension?: string): string =>
    // The packager's own folder must stay its own.
    book.assign(path.toLowerCase().startsWith(`${OWN_FOLDER}/`) ? `${options.ownPrefix}-${path}` : path, extension);

  const captionsOf = (mediaPath: string): CaptionTarget[] => {
    const stem = mediaPath.replace(/\.[^./]*$/, '');
    return [...planned.values()].flatMap(({ file, known, href }) => {
      if (!isCaption(known) || !file.path.startsWith(`${stem}.`)) return [];
      const between = file.path.slice(stem.length + 1).replace(/\.?(vtt|srt)$/i, '');
      if (between !== '' && !isLanguageTag(between)) return [];
      const captionLanguage = between === '' ? language : between;
      return [{ href, language: captionLanguage, label: languageLabel(captionLanguage) }];
    });
  };

  const target = (path: string): PageTarget | undefined => {
    const madeHref = made.get(path);
    if (madeHref !== undefined)
      return { linkHref: madeHref, embedHref: madeHref, type: 'text/html', title: titleOfName(path) };
    const item = planned.get(path) ?? planned.get(`${path}/index.md`) ?? planned.get(`${path}/index.html`);
    return item === undefined
      ? undefined
      : { linkHref: item.pageHref, embedHref: item.href, type: item.known.type, title: titleOfName(path) };
  };

  const contextOf = (path: string, hints: PageHints = {}): PageContext => ({
    path,
    href: made.get(path) ?? planned.get(path)?.href ?? nameFor(path),
    report,
    language,
    direction,
    fallbackTitle: titleOfName(path),
    defaultStyleHref: PAGE_STYLE_HREF,
    generated,
    used: (used, how) => (how === 'link' ? linked : embedded).add(used),
    target,
    captionsOf: (media) => {
      const captions = captionsOf(media);
      for (const item of planned.values())
        if (captions.some((caption) => caption.href === item.href)) embedded.add(item.file.path);
      return captions;
    },
    ...(hints.title === undefined ? {} : { title: hints.title }),
    maths: true,
    ...(hints.heading === true ? { heading: true } : {}),
    ...(hints.address === undefined ? {} : { address: hints.address }),
  });

  const assetOf = async (path: string): Promise<CourseFile | undefined> => {
    if (assets.has(path)) return assets.get(path);
    const item = planned.get(path);
    const asset = item === undefined ? undefined : await takeAsset(item.file.source, item.known, contextOf(path));
    assets.set(path, asset);
    return asset;
  };

  const openItem = async (item: Planned, hints: PageHints & { alone?: boolean }): Promise<CourseFile | undefined> => {
    const { file, known, href } = item;
    const { path } = file;
    const context = contextOf(path, hints);
    if (known.kind === 'page') return readPageFile(file, known, context, item.markdown);
    if (known.kind === 'pdf') {
      for (const [index, label] of (item.pdf?.pageLabels ?? []).entries())
        pageList.push({ label, href: `${href}#page=${index + 1}` });
      const title = hints.title ?? item.pdf?.title ?? titleOfName(path);
      return { href, type: known.type, kind: 'pdf', title, source: file.source };
    }
    const isPicture = known.type.startsWith('image/');
    const canStandAlone = known.kind === 'video' || known.kind === 'audio' || isPicture;
    if (!canStandAlone || (await assetOf(path)) === undefined) return undefined;
    const captions = context.captionsOf(path);
    const title = hints.title ?? titleOfName(path);
    embedded.add(path);
    return mediaPage({
      href: isPicture ? nameFor(`${path}.page`, 'html') : item.pageHref,
      mediaHref: href,
      type: known.type,
      title,
      language,
      direction,
      captions,
    });
  };

  /** Opens PDF and Word files before anything links to them: one broken file does not cost a whole export. */
  const lookInto = async (
    file: InputFile,
    known: KnownType,
    href: string,
  ): Promise<PdfFacts | 'broken' | undefined> => {
    try {
      if (known.type === WORD_TYPE) await readWordFacts(file);
      return known.kind === 'pdf' ? await readPdf(file, href, report) : undefined;
    } catch (error) {
      if (!(error instanceof ReaderError) || options.refusesBroken) throw error;
      report.add(file.path, 'BROKEN_FILE', `${error.message}; ${error.advice}`);
      return 'broken';
    }
  };

  const open: Assembly['open'] = async (path, hints = {}) => {
    const item = planned.get(path);
    if (item === undefined || opened.has(path)) return opened.get(path);
    const isPicture = item.known.kind === 'resource';
    if (isPicture && hints.alone !== true) return undefined;
    const file = await openItem(item, hints);
    opened.set(path, file);
    return file;
  };

  return {
    report,
    language,
    direction,
    async planFile(file, given) {
      const called = given ?? typeOfName(file.path);
      if (called === undefined) {
        const isScript = /\.[cm]?js$/i.test(file.path);
        report.add(
          file.path,
          isScript ? 'SCRIPT_REMOVED' : 'UNKNOWN_TYPE',
          isScript ? 'scripts do not run in a module' : 'this kind of file cannot be shown',
        );
        return false;
      }
      const head = await firstBytes(file.source);
      const known = trueType(called, head);
      if (known === undefined) {
        report.add(file.path, 'WRONG_TYPE', `is not ${called.type} inside`);
        return false;
      }
      const size = tooManyPoints(head);
      if (size !== undefined) {
        report.add(file.path, 'PICTURE_TOO_LARGE', size);
        return false;
      }
      const markdown =
        known.type === 'text/markdown'
          ? await splitFrontMatter(await readText(file.source, { path: file.path, report }), file.path)
          : undefined;
      const pageEnding = markdown !== undefined && isAssignment(markdown) ? 'assignment.json' : 'html';
      const href = nameFor(file.path, known.kind === 'page' ? pageEnding : isCaption(known) ? 'vtt' : undefined);
      const hasPage = known.kind === 'video' || known.kind === 'audio';
      const pageHref = hasPage ? nameFor(`${file.path}.page`, 'html') : href;
      const looked = await lookInto(file, known, href);
      if (looked === 'broken') return false;
      planned.set(file.path, {
        file,
        known,
        href,
        pageHref,
        ...(markdown === undefined ? {} : { markdown }),
        ...(looked === undefined ? {} : { pdf: looked }),
      });
      return true;
    },
    planPage(path, extension = 'html') {
      made.set(path, nameFor(path, extension));
    },
    unplan(path) {
      planned.delete(path);
      made.delete(path);
    },
    isPlanned: (path) => planned.has(path) || made.has(path),
    contextOf,
    open,
    putPage(path, tree, hints = {}) {
      const context = contextOf(path, hints);
      return pageFile(
        context.href,
        refusingOverflow(path, () => cleanTree(tree, context)),
      );
    },
    putAssignment: (path, assignment) => assignmentFile(contextOf(path).href, assignment),
    outlineOf: (path) => planned.get(path)?.pdf?.outline ?? [],
    async openLinked() {
      const found: { path: string; file: CourseFile }[] = [];
      for (let again = true; again; ) {
        again = false;
        for (const path of [...linked]) {
          if (opened.has(path) || !planned.has(path)) continue;
          const file = await open(path);
          if (file !== undefined) found.push({ path, file });
          else embedded.add(path);
          again = again || file !== undefined;
        }
      }
      return found;
    },
    isOpened: (path) => opened.get(path) !== undefined,
    usage: (path) => (embedded.has(path) ? 'embedded' : linked.has(path) ? 'linked' : 'none'),
    async resources(keepUnused) {
      const isAsset = ({ known, file }: Planned): boolean =>
        known.kind !== 'page' &&
        known.kind !== 'pdf' &&
        (keepUnused || embedded.has(file.path) || linked.has(file.path));
      // A style sheet may use further files, so this goes on until nothing new turns up.
      for (let before = -1; before !== assets.size; ) {
        before = assets.size;
        for (const item of planned.values()) if (isAsset(item)) await assetOf(item.file.path);
      }
      for (const { file, known } of planned.values()) {
        if (
          known.type.startsWith('image/') &&
          assets.has(file.path) &&
          !embedded.has(file.path) &&
          !linked.has(file.path)
        )
          report.add(file.path, 'NOT_LINKED', 'no page shows this picture');
        else if (!opened.has(file.path) && !assets.has(file.path))
          report.add(file.path, 'NOT_USED', 'no page uses this file');
      }
      return [
        ...[...planned.keys()].flatMap((path) => assets.get(path) ?? []),
        ...generated.files(),
        ...pageStyleFiles(),
        ...pageListFiles(pageList),
      ];
    },
  };
}

function isCaption(known: KnownType): boolean {
  return known.type === 'text/vtt' || known.type === 'application/x-subrip';
}
