import type { Element } from 'hast';
import { bytesSource } from './byte-source.ts';
import type { CourseFile } from './course.ts';
import { relativeHref } from './href.ts';
import { printDocument } from './html-page.ts';
import type { CaptionTarget } from './page-context.ts';
import { trackElements } from './page-references.ts';
import { PAGE_STYLE_HREF } from './page-style.ts';

/** Makes the page on which a film, a sound or a picture stands alone. */
export function mediaPage(parts: {
  readonly href: string;
  readonly mediaHref: string;
  readonly type: string;
  readonly title: string;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly captions: readonly CaptionTarget[];
}): CourseFile {
  const src = relativeHref(parts.href, parts.mediaHref);
  const html = printDocument({
    title: parts.title,
    language: parts.language,
    direction: parts.direction,
    styleHrefs: [relativeHref(parts.href, PAGE_STYLE_HREF)],
    children: [
      {
        type: 'element',
        tagName: 'main',
        properties: {},
        children: [
          { type: 'element', tagName: 'h1', properties: {}, children: [{ type: 'text', value: parts.title }] },
          player(parts, src),
        ],
      },
    ],
  });
  return {
    href: parts.href,
    type: 'text/html',
    kind: 'page',
    title: parts.title,
    source: bytesSource(new TextEncoder().encode(html)),
  };
}

function player(
  parts: { href: string; type: string; title: string; captions: readonly CaptionTarget[] },
  src: string,
): Element {
  if (parts.type.startsWith('image/'))
    return { type: 'element', tagName: 'img', properties: { src, alt: parts.title }, children: [] };
  const isVideo = parts.type.startsWith('video/');
  return {
    type: 'element',
    tagName: isVideo ? 'video' : 'audio',
    properties: { src, controls: true, preload: 'metadata', ariaLabel: parts.title },
    children: isVideo ? trackElements(parts.captions, parts.href) : [],
  };
}

/** A readable title out of a file name: `03-noise_and-quiet.mp4` becomes "Noise and quiet". */
export function titleOfName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = name.replace(/\.[^.]*$/, '') || name;
  const words =
    stem
      .replace(/^\d+[\s._-]+/, '')
      .replace(/[_-]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim() || stem;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
