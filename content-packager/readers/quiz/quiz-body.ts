import { BODY_ATTRIBUTES, BODY_ELEMENTS, type BodyNode } from '#core/quiz/body.ts';
import type { QuizImage } from '#core/quiz/interaction.ts';
import type { Report } from '../course.ts';
import { type PageContext, resolveIn } from '../page-context.ts';
import { type SourceElement, type SourceNode, sourceText } from './source-node.ts';

/** What turning a question's text needs to know. */
export interface QuizContext {
  /** The file in the input, for the report. */
  readonly file: string;
  readonly report: Report;
  /** The module's href of a picture or recording, which is then taken along; undefined when the module has none. */
  hrefOf(address: string): string | undefined;
}

/** Turns an element that is no HTML, such as an interaction; undefined leaves it to the HTML rules. */
export type SpecialElement = (element: SourceElement) => readonly BodyNode[] | undefined;

const DROPPED = new Set(['script', 'style', 'iframe', 'embed', 'applet', 'template', 'noscript', 'stylesheet']);
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['tt', 'code'],
  ['big', 'span'],
  ['font', 'span'],
  ['strike', 'del'],
  ['center', 'div'],
  ['section', 'div'],
  ['article', 'div'],
  ['main', 'div'],
  ['label', 'span'],
  ['a', 'span'],
]);
const VOID = new Set(['br', 'hr', 'img', 'source', 'track']);
const PICTURE_SIZE = { width: 600, height: 400 };

/** The context of a quiz that lies at the place of a page. */
export function quizContext(page: PageContext): QuizContext {
  return {
    file: page.path,
    report: page.report,
    hrefOf(address) {
      const reference = resolveIn(page, address);
      const target = reference.kind === 'inside' ? page.target(reference.path) : undefined;
      if (reference.kind !== 'inside' || target === undefined) {
        const isOutside = reference.kind === 'external';
        page.report.add(page.path, isOutside ? 'EXTERNAL_RESOURCE' : 'MISSING_TARGET', address);
        return undefined;
      }
      page.used?.(reference.path, 'embed');
      return target.embedHref;
    },
  };
}

/** Turns a question's text into the nodes of formats/quiz.md 3; what may not stand there goes to the report. */
export function toBody(nodes: readonly SourceNode[], context: QuizContext, special: SpecialElement): BodyNode[] {
  return trimmed(
    nodes.flatMap((node) => (typeof node === 'string' ? textNode(node, context) : toNodes(node, context, special))),
  );
}

function toNodes(element: SourceElement, context: QuizContext, special: SpecialElement): readonly BodyNode[] {
  const made = special(element);
  if (made !== undefined) return made;
  const name = RENAMED.get(element.name) ?? element.name;
  // What MathML keeps for programs is not for reading
  if (name === 'annotation' || name === 'annotation-xml') return [];
  if (name === 'mfenced') return fencedNodes(element, context, special);
  if (DROPPED.has(name)) {
    context.report.add(context.file, name === 'script' ? 'SCRIPT_REMOVED' : 'ELEMENT_REMOVED', `<${name}>`);
    return [];
  }
  if (name === 'object') return objectNodes(element, context, special);
  const children = element.content.flatMap((child) =>
    typeof child === 'string' ? textNode(child, context) : toNodes(child, context, special),
  );
  if (element.name === 'a') reportLink(element, context);
  if (!BODY_ELEMENTS.has(name)) {
    if (!['body', 'html', 'form', 'itemBody', 'prompt', 'rb'].includes(name))
      context.report.add(context.file, 'ELEMENT_REMOVED', `<${name}>`);
    return children;
  }
  if (name === 'img') return pictureNodes(element, context);
  const attributes = new Map<string, string>();
  for (const [key, value] of element.attributes) {
    const plain = key === 'xml:lang' ? 'lang' : key.toLowerCase();
    if (plain.startsWith('on')) context.report.add(context.file, 'HANDLER_REMOVED', plain);
    if (!BODY_ATTRIBUTES.has(plain)) continue;
    if (plain !== 'src' && plain !== 'poster') attributes.set(plain, value);
    else {
      const href = context.hrefOf(value);
      if (href !== undefined) attributes.set(plain, href);
    }
  }
  const needsSource =
    name === 'source' || name === 'track' || ((name === 'audio' || name === 'video') && children.length === 0);
  if (needsSource && !attributes.has('src')) return children;
  if (name === 'audio' || name === 'video') attributes.set('controls', '');
  return [{ kind: 'element', name, attributes, children: VOID.has(name) ? [] : children }];
}

/** `mfenced` is gone from MathML Core: browsers show its parts without the brackets. */
function fencedNodes(element: SourceElement, context: QuizContext, special: SpecialElement): readonly BodyNode[] {
  const mark = (text: string): BodyNode => ({ kind: 'element', name: 'mo', attributes: new Map(), children: [text] });
  const separators = [...(element.attributes.get('separators') ?? ',').replace(/\s/g, '')];
  const parts = element.content
    .filter((child) => typeof child !== 'string')
    .map((child) => toNodes(child, context, special));
  const inside = parts.flatMap((part, index) => {
    const separator = separators[Math.min(index - 1, separators.length - 1)];
    return index > 0 && separator ? [mark(separator), ...part] : part;
  });
  const [open, close] = [element.attributes.get('open') ?? '(', element.attributes.get('close') ?? ')'];
  return [{ kind: 'element', name: 'mrow', attributes: new Map(), children: [mark(open), ...inside, mark(close)] }];
}

function reportLink(element: SourceElement, context: QuizContext): void {
  const address = element.attributes.get('href');
  if (address !== undefined && address !== '' && !address.startsWith('#'))
    context.report.add(context.file, 'EXTERNAL_LINK', address);
}

function pictureNodes(element: SourceElement, context: QuizContext): readonly BodyNode[] {
  const alt = element.attributes.get('alt') ?? '';
  const address = element.attributes.get('src');
  const href = address === undefined ? undefined : context.hrefOf(address);
  if (href === undefined) return alt === '' ? [] : [alt];
  const attributes = new Map([
    ['src', href],
    ['alt', alt],
  ]);
  for (const side of ['width', 'height']) {
    const size = element.attributes.get(side);
    if (size !== undefined && /^\d{1,5}$/.test(size)) attributes.set(side, size);
  }
  return [{ kind: 'element', name: 'img', attributes, children: [] }];
}

/** QTI puts pictures and recordings in `object`, with words for those who cannot see them inside. */
function objectNodes(element: SourceElement, context: QuizContext, special: SpecialElement): readonly BodyNode[] {
  const type = element.attributes.get('type') ?? '';
  const address = element.attributes.get('data');
  const inside = toBody(element.content, context, special);
  if (address === undefined) return inside;
  const kind =
    /^(image|audio|video)\//.exec(type)?.[1] ?? (/\.(png|jpe?g|gif|svg|webp)$/i.test(address) ? 'image' : '');
  const href = kind === '' ? undefined : context.hrefOf(address);
  if (href === undefined) {
    if (kind === '') context.report.add(context.file, 'ELEMENT_REMOVED', `<object> ${address}`);
    return inside;
  }
  if (kind === 'image') {
    const attributes = new Map([
      ['src', href],
      ['alt', sourceText(element.content)],
    ]);
    return [{ kind: 'element', name: 'img', attributes, children: [] }];
  }
  const attributes = new Map([
    ['src', href],
    ['controls', ''],
  ]);
  return [{ kind: 'element', name: kind, attributes, children: inside }];
}

/** The picture of a graphic interaction, from its `object` or `img`; undefined when the module has no such file. */
export function pictureOf(nodes: readonly SourceNode[], context: QuizContext): QuizImage | undefined {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const address = node.attributes.get('data') ?? node.attributes.get('src');
    const isPicture = ['object', 'img'].includes(node.name) && address !== undefined;
    if (isPicture) {
      const href = context.hrefOf(address);
      if (href === undefined) return undefined;
      const size = (side: 'width' | 'height'): number => {
        const given = Number.parseInt(node.attributes.get(side) ?? '', 10);
        return given > 0 && given <= 20_000 ? given : PICTURE_SIZE[side];
      };
      const alt = node.attributes.get('alt') ?? sourceText(node.content);
      return { href, width: size('width'), height: size('height'), alt: alt.slice(0, 4096) };
    }
    if (node.name === 'picture') return pictureOf(node.content, context);
  }
  return undefined;
}

/** An address of a learning platform as it stands in an export, such as `$CANVAS_OBJECT_REFERENCE$/quizzes/12`. */
const PLATFORM_ADDRESS =
  /(?:\$|%24)(?:CANVAS_OBJECT_REFERENCE|CANVAS_COURSE_REFERENCE|WIKI_REFERENCE|IMS[-_]CC[-_]FILEBASE)(?:\$|%24)[^\s<>"']*/g;

/** Text as it stands, but for addresses that lead nowhere outside the platform and say nothing to a learner. */
function textNode(text: string, context: QuizContext): BodyNode[] {
  const plain = text.replace(PLATFORM_ADDRESS, (address) => {
    context.report.add(context.file, 'MISSING_TARGET', address);
    return '';
  });
  const folded = plain.replace(/[\t\n\r\f ]+/g, ' ');
  return folded === '' ? [] : [folded];
}

/** Without blank text at both ends. */
function trimmed(nodes: readonly BodyNode[]): BodyNode[] {
  const isBlank = (node: BodyNode | undefined): boolean => node === ' ';
  let [start, end] = [0, nodes.length];
  while (start < end && isBlank(nodes[start])) start += 1;
  while (end > start && isBlank(nodes[end - 1])) end -= 1;
  return nodes.slice(start, end);
}
