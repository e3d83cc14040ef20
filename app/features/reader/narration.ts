import type { TextSpan } from '#core/annotation/anchor.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import type { SpokenPart } from './reading-aids.ts';

/** A stretch of a page that is read aloud at once. */
export interface Spoken {
  readonly range: Range;
  readonly text: string;
  /** The sound in which a person reads it; otherwise a voice of the device does. */
  readonly sound?: { readonly href: string; readonly startSeconds: number; readonly endSeconds: number | undefined };
}

/** Elements whose text is a sentence of its own, also without a full stop. */
const PARAGRAPHS = 'h1, h2, h3, h4, h5, h6, p, li, dt, dd, td, th, caption, figcaption, blockquote, pre, summary';

/** The sentences of a page, as a voice of the device reads them: formulas in their words, without the marks of notes. */
export function sentencesOf(surface: TextSurface, language: string): readonly Spoken[] {
  const { map } = surface;
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' });
  const said = saidInstead(surface);
  return paragraphsOf(surface).flatMap(({ start: from, end }) =>
    [...segmenter.segment(map.text.slice(from, end))].flatMap(({ segment, index }) => {
      const words = segment.trim();
      const start = from + index + segment.indexOf(words);
      const span = { start, end: start + words.length };
      const text = spoken(map.text, span, said);
      const range = text === '' ? undefined : map.rangeOf(span);
      return range ? [{ range, text }] : [];
    }),
  );
}

/** The text of a page cut where paragraphs begin and end. */
function paragraphsOf({ root, map }: TextSurface): readonly TextSpan[] {
  const edges = [...root.querySelectorAll(PARAGRAPHS)].flatMap((element) => [
    map.offsetOf(element, 0) ?? 0,
    map.offsetOf(element, element.childNodes.length) ?? 0,
  ]);
  const all = [...new Set([0, ...edges, map.text.length])].toSorted((a, b) => a - b);
  return all.slice(1).map((end, index) => ({ start: all[index] ?? 0, end }));
}

/** Passages in whose place something else is said. */
function saidInstead({ root, map, document }: TextSurface): readonly (TextSpan & { readonly words: string })[] {
  return [...root.querySelectorAll('[role="doc-noteref"], math[alttext]')].flatMap((element) => {
    const range = document.createRange();
    range.selectNode(element);
    const span = map.spanOf(range);
    return span ? [{ ...span, words: element.getAttribute('alttext') ?? '' }] : [];
  });
}

function spoken(
  text: string,
  { start, end }: TextSpan,
  said: readonly (TextSpan & { readonly words: string })[],
): string {
  let at = start;
  let words = '';
  for (const other of said) {
    if (other.start < at || other.end > end) continue;
    words += text.slice(at, other.start) + other.words;
    at = other.end;
  }
  // A formula stands apart from the full stop after it
  return (words + text.slice(at, end)).replace(/\s+(?=[.,;:!?)])/g, '').trim();
}

/** The parts of a page that a person reads aloud (formats/reading-aids.md 3). */
export function spokenByPerson(surface: TextSurface, parts: readonly SpokenPart[]): readonly Spoken[] {
  return parts.flatMap(({ id, audio, startMs, endMs }) => {
    const element = surface.document.getElementById(id);
    if (!element) return [];
    const range = surface.document.createRange();
    range.selectNodeContents(element);
    const endSeconds = endMs === undefined ? undefined : endMs / 1000;
    return [
      { range, text: element.textContent ?? '', sound: { href: audio, startSeconds: startMs / 1000, endSeconds } },
    ];
  });
}

/** The first stretch that is not wholly before a point of the page. */
export function firstFrom(spoken: readonly Spoken[], point: Range): number {
  const index = spoken.findIndex(({ range }) => range.compareBoundaryPoints(Range.START_TO_END, point) > 0);
  return Math.max(0, index);
}

/** The voice for a language: one of the very region before any of the language; undefined when the device has none. */
export function voiceFor(voices: readonly SpeechSynthesisVoice[], language: string): SpeechSynthesisVoice | undefined {
  const plain = language.toLowerCase().split('-')[0] ?? '';
  const norm = (tag: string): string => tag.toLowerCase().replace('_', '-');
  // Only voices on the device itself: a distant one needs a network and would hear what is read.
  const own = voices.filter(({ lang, localService }) => localService && norm(lang).split('-')[0] === plain);
  return own.find(({ lang }) => norm(lang) === language.toLowerCase()) ?? own.find((voice) => voice.default) ?? own[0];
}
