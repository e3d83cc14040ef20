import { createHash } from 'node:crypto';
import { fromUtf8 } from '#core/bytes/bytes.ts';
import { type Assignment, answerPlace, parseAssignment } from '#core/module/assignment.ts';
import { partTitle } from '#core/module/contents.ts';
import type { ModuleFile } from '#core/module/manifest.ts';
import type { MirroredModule } from '../mirror/mirrored-module.ts';
import { emptyLines, escaped, type PrintablePorts, printableFragment, printablePage } from './printable.ts';
import { type PrintWords, printWords } from './words.ts';

/** Lines under a question that names no number, and under an assignment. */
const LINES = 6;
const ASSIGNMENT_LINES = 20;
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** A view to print, and the policy that belongs to it. */
export interface PrintDocument {
  readonly html: string;
  readonly policy: string;
}

/** What a view to print needs to know beside the module. */
export interface PrintOptions {
  /** What to print: one part of the reading order, or all. */
  readonly parts: readonly ModuleFile[];
  /** The address of one picture of the module. */
  readonly addressOf: (file: ModuleFile) => string;
  /** Where all pictures lie, as a source for the policy. */
  readonly pictures: string;
  readonly nowMs: number;
  readonly timeZone: string;
}

/** Makes the view of one part or of a whole module: one HTML document without scripts or links, for A4. */
export async function printDocument(module: MirroredModule, options: PrintOptions): Promise<PrintDocument> {
  const { manifest } = module;
  const words = printWords(manifest.language);
  const day = (ms: number, timeZone: string) =>
    new Intl.DateTimeFormat(manifest.language === 'en' ? 'en-GB' : manifest.language, {
      dateStyle: 'long',
      timeZone,
    }).format(ms);
  const sections: string[] = [];
  for (const part of options.parts) {
    const content = await partContent(module, part, words, options, (due) => day(Date.parse(due), 'UTC'));
    sections.push(`<section class="ll-part">${content}</section>`);
  }
  const version = words.version(manifest.version);
  const style = styleOf(`${manifest.title} · ${version}`);
  const only = options.parts.length === 1 ? options.parts[0] : undefined;
  const title = only ? `${manifest.title}: ${partTitle(manifest, only.href)}` : manifest.title;
  const head = `<header class="ll-head"><p class="ll-module">${escaped(manifest.title)}</p><p>${escaped(
    `${version} · ${words.printedOn(day(options.nowMs, options.timeZone))}`,
  )}</p></header>`;
  const html = `<!doctype html>
<html lang="${manifest.language}" dir="${manifest.direction}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body>${head}${sections.join('\n')}</body></html>`;
  return { html, policy: policyOf(style, options.pictures) };
}

async function partContent(
  module: MirroredModule,
  part: ModuleFile,
  words: PrintWords,
  options: PrintOptions,
  day: (due: string) => string,
): Promise<string> {
  const files = new Map(module.manifest.files.map((file) => [file.href, file]));
  const sheetFile = files.get(part.sheet ?? '');
  const sheet = sheetFile && parseAssignment(await bytesOf(module, sheetFile));
  const lines = new Map(
    sheet?.questions?.map((question) => [answerPlace(question.id), question.lines ?? LINES] as const),
  );
  const ports: PrintablePorts = {
    pictureAt: (src) => {
      const file = files.get(resolveHref(part.href, src) ?? '');
      return file?.type.startsWith('image/') ? options.addressOf(file) : undefined;
    },
    linesIn: (id) => lines.get(id),
    words,
  };
  const heading = `<h1>${escaped(partTitle(module.manifest, part.href))}</h1>`;
  switch (part.kind) {
    case 'page':
    case 'video':
    case 'audio': {
      const page = printablePage(fromUtf8(await bytesOf(module, part)), ports);
      return sheet ? `${handInLine(sheet, words, day)}${page}` : page;
    }
    case 'assignment': {
      const assignment = parseAssignment(await bytesOf(module, part));
      const { question, wordLimit } = assignment;
      const limit = wordLimit === undefined ? '' : `<p>${escaped(words.words(wordLimit))}</p>`;
      const asked = printableFragment(question, ports);
      return `${handInLine(assignment, words, day)}${heading}${asked}${limit}${emptyLines(ASSIGNMENT_LINES)}`;
    }
    case 'pdf':
      return `${heading}<p>${escaped(words.printedApart)}</p>`;
    case 'quiz':
    case 'scripted':
    case 'resource':
      return `${heading}<p>${escaped(words.onLaptop)}</p>`;
  }
}

/** Where the learner writes their name: paper that is handed in must find its way back. */
function handInLine({ due }: Assignment, words: PrintWords, day: (due: string) => string): string {
  const until = due === undefined || Number.isNaN(Date.parse(due)) ? '' : `<p>${escaped(words.due(day(due)))}</p>`;
  return `<div class="ll-hand-in"><p>${escaped(words.name)}: <span></span></p><p>${escaped(words.date)}: <span></span></p>${until}</div>`;
}

async function bytesOf(module: MirroredModule, file: ModuleFile): Promise<Uint8Array> {
  if (file.sizeBytes > MAX_PAGE_BYTES) throw new Error(`${file.href} is too large to print`);
  const bytes = new Uint8Array(file.sizeBytes);
  let offset = 0;
  for await (const chunk of module.read(file)) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** The name in the module of what a page calls `src`. */
function resolveHref(page: string, src: string): string | undefined {
  try {
    const from = new URL(page.split('/').map(encodeURIComponent).join('/'), 'module:///');
    const address = new URL(src, from);
    return address.protocol === 'module:' ? decodeURIComponent(address.pathname.replace(/^\/+/, '')) : undefined;
  } catch {
    // What is no address leads to no picture.
    return undefined;
  }
}

/** Only this style and the module's own pictures: no script, no font, no link, no form, and only the desk may frame it. */
function policyOf(style: string, pictures: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `img-src ${pictures}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    // For the desk to print it; nothing runs in it that could open a window of its own.
    'sandbox allow-same-origin allow-modals',
  ].join('; ');
}

/** `foot` stands on every sheet, with the number of the sheet. */
function styleOf(foot: string): string {
  const text = foot.replace(/[^\p{L}\p{N} .,:;!?·–()’'-]/gu, ' ').replace(/'/g, '’');
  return `
@page { size: A4; margin: 18mm 18mm 22mm; @bottom-left { content: '${text}'; font: 8pt sans-serif; } @bottom-right { content: counter(page) ' / ' counter(pages); font: 8pt sans-serif; } }
:root { color-scheme: only light; background: #fff; color: #000; font: 11.5pt/1.5 "Atkinson Hyperlegible", "Noto Sans", sans-serif; overflow-wrap: break-word; }
body { margin: 0; }
.ll-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 2em; padding-bottom: 2mm; border-bottom: 1px solid #000; font-size: 9pt; }
.ll-head p { margin: 0; }
.ll-module { font-weight: 700; }
.ll-part + .ll-part { break-before: page; }
h1 { font-size: 20pt; } h2 { font-size: 15pt; } h3 { font-size: 12.5pt; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; break-after: avoid; }
p, li { orphans: 3; widows: 3; }
img, svg { max-width: 100%; max-height: 200mm; object-fit: contain; break-inside: avoid; }
figure { margin: 1em 0; break-inside: avoid; }
figcaption, .ll-only-there { font-size: 9.5pt; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 1.5mm 2mm; border: 1px solid #555; text-align: start; vertical-align: top; }
tr, pre, blockquote { break-inside: avoid; }
pre, code { font-family: monospace; font-size: 10pt; white-space: pre-wrap; }
blockquote { margin-inline: 0; padding-inline-start: 4mm; border-inline-start: 1mm solid #555; }
.sr-only { display: none; }
.ll-question { margin: 6mm 0; padding-inline-start: 4mm; border-inline-start: 1mm solid #555; }
.ll-question > p { break-after: avoid; }
.ll-question-name { margin: 0; font-weight: 700; }
.ll-line { height: 9mm; border-bottom: 1px solid #555; break-inside: avoid; }
.ll-hand-in { display: flex; flex-wrap: wrap; gap: 0 8mm; margin: 5mm 0; }
.ll-hand-in p { margin: 0; }
.ll-hand-in span { display: inline-block; width: 55mm; border-bottom: 1px solid #555; }
@media screen { :root { background: #e8e5de; } body { max-width: 174mm; margin: 8mm auto; padding: 18mm; background: #fff; } }
@media screen and (max-width: 700px) { body { margin: 0; padding: 6mm; } }
`;
}
