import type { Element, ElementContent, Properties, Root } from 'hast';
import { sanitizeCss } from './css.ts';
import { withoutDefaultColours } from './default-colours.ts';
import { relativeHref } from './href.ts';
import { isAllowedElement, STRIPPED_ELEMENTS } from './html-schema.ts';
import { typeOfName } from './media-type.ts';
import { type CaptionTarget, type PageContext, resolveIn } from './page-context.ts';
import { roleOf } from './page-roles.ts';
import { tooManyPoints } from './picture-size.ts';

/** Style rules that stood in `style` attributes, by the class that replaces them. */
export type InlineStyles = Map<string, string>;

const FORM_ELEMENTS = new Set([
  'form',
  'input',
  'select',
  'textarea',
  'button',
  'datalist',
  'option',
  'optgroup',
  'fieldset',
  'keygen',
  'output',
]);
const FRAME_ELEMENTS = new Set(['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal', 'fencedframe']);

/**
 * Rewrites the children of `parent` in place: addresses become module-relative or disappear, external links become
 * plain text, and everything that goes is told to the report. The allow-list is applied afterwards, by the caller.
 */
export function rewriteReferences(parent: Root | Element, context: PageContext, styles: InlineStyles): void {
  const next: Element['children'] = [];
  for (const child of parent.children) {
    if (child.type === 'text') next.push(child);
    if (child.type === 'element') next.push(...rewriteElement(child, context, styles));
  }
  parent.children = next;
}

function rewriteElement(element: Element, context: PageContext, styles: InlineStyles): ElementContent[] {
  const { report, path } = context;
  const name = element.tagName;
  const line = lineOf(element);
  if (name === 'script')
    report.add(path, 'SCRIPT_REMOVED', text(element.properties['src']) || 'script in the page', line);
  else if (FRAME_ELEMENTS.has(name)) return rewriteFrame(element, context, styles);
  else if (name === 'input' && element.properties['type'] === 'checkbox')
    return [{ type: 'text', value: hasProperty(element, 'checked') ? '☑ ' : '☐ ' }];
  else if (FORM_ELEMENTS.has(name)) report.add(path, 'FORM_REMOVED', `<${name}>`, line);
  else if (name === 'epub:case') return [];
  else if (
    !isAllowedElement(name) &&
    !['style', 'link', 'meta', 'title', 'noscript', 'label', 'picture', 'base', 'body'].includes(name) &&
    !name.startsWith('epub:')
  ) {
    report.add(path, 'ELEMENT_REMOVED', `<${name}>`, line);
  }
  if (STRIPPED_ELEMENTS.has(name)) return [];
  cleanProperties(element, context, styles);
  switch (name) {
    case 'a':
      return rewriteLink(element, context, styles);
    case 'area':
      return rewriteArea(element, context);
    case 'img':
      return rewriteImage(element, context);
    case 'video':
    case 'audio':
      return rewriteMedia(element, context, styles);
    case 'source':
    case 'track':
      return rewriteSource(element, context);
    case 'image':
      return rewriteSvgImage(element, context);
    default: {
      keepOnlyFragments(element, context);
      rewriteReferences(element, context, styles);
      return [element];
    }
  }
}

function cleanProperties(element: Element, context: PageContext, styles: InlineStyles): void {
  const kept: Properties = {};
  for (const [name, value] of Object.entries(element.properties)) {
    if (/^on/i.test(name)) context.report.add(context.path, 'HANDLER_REMOVED', name.toLowerCase(), lineOf(element));
    else if (name === 'style') {
      const className = styleClass(text(value), context, styles, lineOf(element));
      if (className !== undefined)
        kept['className'] = [...classNames(kept['className'] ?? element.properties['className']), className];
    } else if (name === 'className') kept['className'] ??= classNames(value);
    else if (typeof value === 'string' && /url|\\|expression/i.test(value) && !ADDRESS_PROPERTIES.has(name)) {
      // Presentation attributes such as fill="url(#gradient)" are CSS: only fragments of this page may stay.
      kept[name] = sanitizeCss(
        value,
        (address) => (/^#[\w.:-]+$/.test(address) ? address : undefined),
        (what) => context.report.add(context.path, 'STYLE_REMOVED', what, lineOf(element)),
      ).replace(/url\("(#[\w.:-]+)"\)/g, 'url($1)');
    } else kept[name] = value;
  }
  const role = roleOf(element);
  if (role !== undefined) kept['role'] ??= role;
  if (kept['lang'] === undefined && typeof kept['xmlLang'] === 'string') kept['lang'] = kept['xmlLang'];
  if (element.tagName === 'a' && kept['id'] === undefined && typeof kept['name'] === 'string')
    kept['id'] = kept['name'];
  element.properties = kept;
}

const ADDRESS_PROPERTIES = new Set([
  'href',
  'src',
  'poster',
  'xLinkHref',
  'data',
  'alt',
  'title',
  'ariaLabel',
  'alttext',
  'label',
  'id',
]);

function styleClass(
  css: string,
  context: PageContext,
  styles: InlineStyles,
  line: number | undefined,
): string | undefined {
  // Braces would end the rule this text is put in; no declaration needs them.
  const clean = sanitizeCss(
    withoutDefaultColours(css.replace(/[{}]/g, ' ')),
    styleAddress(context, `${context.generated.folder}/x.css`),
    (what) => context.report.add(context.path, 'STYLE_REMOVED', what, line),
  );
  if (clean === '') return undefined;
  const known = styles.get(clean);
  if (known !== undefined) return known;
  const className = `ll-s${styles.size + 1}`;
  styles.set(clean, className);
  return className;
}

/** Resolves addresses in styles: only files of the module, as seen from the style sheet at `fromHref`. */
export function styleAddress(context: PageContext, fromHref: string): (address: string) => string | undefined {
  return (address) => {
    const reference = resolveIn(context, address);
    if (reference.kind === 'fragment') return reference.fragment;
    if (reference.kind !== 'inside') return undefined;
    const target = context.target(reference.path);
    if (target === undefined) return undefined;
    context.used?.(reference.path, 'embed');
    return relativeHref(fromHref, target.embedHref) + reference.fragment;
  };
}

function rewriteLink(element: Element, context: PageContext, styles: InlineStyles): ElementContent[] {
  rewriteReferences(element, context, styles);
  const address = element.properties['href'] ?? element.properties['xLinkHref'];
  if (typeof address !== 'string') return [element];
  const href = linkHref(address, context, lineOf(element));
  if (href !== undefined) {
    element.properties['href'] = href;
    return [element];
  }
  const { id, className } = element.properties;
  const properties: Properties = { className: [...classNames(className), 'll-external'] };
  if (id !== undefined) properties['id'] = id;
  return [{ type: 'element', tagName: 'span', properties, children: element.children }];
}

function rewriteArea(element: Element, context: PageContext): ElementContent[] {
  const address = element.properties['href'];
  const href = typeof address === 'string' ? linkHref(address, context, lineOf(element)) : undefined;
  if (href === undefined) return [];
  element.properties['href'] = href;
  return [element];
}

function linkHref(address: string, context: PageContext, line: number | undefined): string | undefined {
  const reference = resolveIn(context, address);
  switch (reference.kind) {
    case 'fragment':
      return reference.fragment === '' ? undefined : reference.fragment;
    case 'inside': {
      const target = context.target(reference.path);
      if (target !== undefined) {
        context.used?.(reference.path, 'link');
        return relativeHref(context.href, target.linkHref) + reference.fragment;
      }
      context.report.add(context.path, 'MISSING_TARGET', address, line);
      return undefined;
    }
    case 'external':
      context.report.add(context.path, 'EXTERNAL_LINK', reference.address, line);
      return undefined;
    case 'unsafe':
      context.report.add(context.path, 'UNSAFE_ADDRESS', reference.address, line);
      return undefined;
  }
}

function embedHref(address: string, context: PageContext, line: number | undefined): string | undefined {
  const embedded = embeddedPicture(address, context);
  if (embedded !== undefined) return relativeHref(context.href, embedded);
  const reference = resolveIn(context, address);
  if (reference.kind === 'inside') {
    const target = context.target(reference.path);
    if (target !== undefined) {
      context.used?.(reference.path, 'embed');
      return relativeHref(context.href, target.embedHref);
    }
    context.report.add(context.path, 'MISSING_TARGET', address, line);
  } else {
    const code = reference.kind === 'external' ? 'EXTERNAL_RESOURCE' : 'UNSAFE_ADDRESS';
    context.report.add(context.path, code, address, line);
  }
  return undefined;
}

function embeddedPicture(address: string, context: PageContext): string | undefined {
  const match = /^\s*data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s%]+)$/i.exec(address);
  if (match === null) return undefined;
  const extension = (match[1] ?? '').toLowerCase();
  const bytes = new Uint8Array(Buffer.from(match[2] ?? '', 'base64'));
  const known = typeOfName(`x.${extension}`);
  return known?.matches(bytes) === true && tooManyPoints(bytes) === undefined
    ? context.generated.add(extension, known.type, bytes)
    : undefined;
}

function rewriteImage(element: Element, context: PageContext): ElementContent[] {
  const address = text(element.properties['src']);
  const reference = resolveIn(context, address);
  const target = reference.kind === 'inside' ? context.target(reference.path) : undefined;
  if (target !== undefined && /^(video|audio)\//.test(target.type)) {
    // `![Title](film.mp4)` in Markdown: the picture syntax embeds media as well.
    const player: Element = {
      type: 'element',
      tagName: target.type.startsWith('video/') ? 'video' : 'audio',
      properties: { src: address, ariaLabel: element.properties['alt'] },
      children: [],
    };
    return rewriteMedia(player, context, new Map());
  }
  const href = embedHref(address, context, lineOf(element));
  delete element.properties['srcSet'];
  if (href !== undefined) {
    element.properties['src'] = href;
    element.properties['alt'] ??= '';
    return [element];
  }
  const alternative = text(element.properties['alt']);
  return alternative === ''
    ? []
    : [
        {
          type: 'element',
          tagName: 'span',
          properties: { className: ['ll-external'] },
          children: [{ type: 'text', value: alternative }],
        },
      ];
}

function rewriteMedia(element: Element, context: PageContext, styles: InlineStyles): ElementContent[] {
  rewriteReferences(element, context, styles);
  const own = element.properties['src'];
  if (typeof own === 'string') {
    const href = embedHref(own, context, lineOf(element));
    if (href === undefined) delete element.properties['src'];
    else element.properties['src'] = href;
    const reference = resolveIn(context, own);
    const hasTrack = element.children.some((child) => child.type === 'element' && child.tagName === 'track');
    if (!hasTrack && href !== undefined && reference.kind === 'inside' && element.tagName === 'video') {
      element.children.push(...trackElements(context.captionsOf(reference.path), context.href));
    }
  }
  const hasSource =
    element.properties['src'] !== undefined ||
    element.children.some((child) => child.type === 'element' && child.tagName === 'source');
  if (!hasSource)
    return element.children.filter(
      (child) => child.type === 'text' || (child.type === 'element' && child.tagName !== 'track'),
    );
  if (typeof element.properties['poster'] === 'string') {
    const poster = embedHref(element.properties['poster'], context, lineOf(element));
    if (poster === undefined) delete element.properties['poster'];
    else element.properties['poster'] = poster;
  }
  element.properties['controls'] = true;
  element.properties['preload'] = 'metadata';
  return [element];
}

/** Caption tracks for a video player at `fromHref`; the first one is shown from the start. */
export function trackElements(captions: readonly CaptionTarget[], fromHref: string): Element[] {
  return captions.map((caption, index) => ({
    type: 'element',
    tagName: 'track',
    properties: {
      kind: 'captions',
      src: relativeHref(fromHref, caption.href),
      srcLang: caption.language,
      label: caption.label,
      default: index === 0 ? true : undefined,
    },
    children: [],
  }));
}

function rewriteSource(element: Element, context: PageContext): ElementContent[] {
  const address = element.properties['src'];
  const href = typeof address === 'string' ? embedHref(address, context, lineOf(element)) : undefined;
  if (href === undefined) return [];
  element.properties['src'] = href;
  return [element];
}

function rewriteSvgImage(element: Element, context: PageContext): ElementContent[] {
  const address = element.properties['xLinkHref'] ?? element.properties['href'];
  const href = typeof address === 'string' ? embedHref(address, context, lineOf(element)) : undefined;
  if (href === undefined) return [];
  delete element.properties['xLinkHref'];
  element.properties['href'] = href;
  element.children = [];
  return [element];
}

function keepOnlyFragments(element: Element, context: PageContext): void {
  for (const name of ['href', 'xLinkHref']) {
    const address = element.properties[name];
    if (typeof address !== 'string' || /^#[^\s]*$/.test(address)) continue;
    context.report.add(context.path, 'UNSAFE_ADDRESS', `<${element.tagName}> ${address}`, lineOf(element));
    delete element.properties[name];
  }
}

/** A frame around a file of the module becomes a link to it, or a player; every other frame goes. */
function rewriteFrame(element: Element, context: PageContext, styles: InlineStyles): ElementContent[] {
  const address = text(element.properties['src'] ?? element.properties['data']);
  const reference = resolveIn(context, address);
  const target = address !== '' && reference.kind === 'inside' ? context.target(reference.path) : undefined;
  if (target === undefined) {
    context.report.add(context.path, 'FRAME_REMOVED', `<${element.tagName}> ${address}`.trim(), lineOf(element));
    return [];
  }
  const label = text(element.properties['title']) || text(element.properties['ariaLabel']);
  if (/^(image|video|audio)\//.test(target.type)) {
    return rewriteImage(
      { type: 'element', tagName: 'img', properties: { src: address, alt: label }, children: [] },
      context,
    );
  }
  const link: Element = {
    type: 'element',
    tagName: 'a',
    properties: { href: address },
    children: [{ type: 'text', value: label || target.title }],
  };
  return [{ type: 'element', tagName: 'p', properties: {}, children: rewriteLink(link, context, styles) }];
}

/** The line of the source that an element stands on, where the parser knows it. */
export function lineOf(element: Element): number | undefined {
  return element.position?.start.line;
}

function hasProperty(element: Element, name: string): boolean {
  return element.properties[name] !== undefined && element.properties[name] !== false;
}

function classNames(value: Properties[string]): string[] {
  return Array.isArray(value)
    ? value.map(String)
    : typeof value === 'string'
      ? value.split(/\s+/).filter((name) => name !== '')
      : [];
}

/** A property value as text; empty when absent. */
export function text(value: Properties[string]): string {
  return typeof value === 'string' ? value : '';
}
