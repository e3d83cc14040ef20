import { formatInstant } from '#core/json/instant.ts';
import type { Selector } from './selector.ts';

/** What an export takes of a note (formats/annotations.md 3.1). */
export interface ExportedNote {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  readonly text: string;
  readonly motivation?: Annotation['motivation'];
  readonly selectors?: readonly Selector[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A W3C Web Annotation as it stands in an export. */
export interface Annotation {
  readonly id: string;
  readonly type: 'Annotation';
  readonly motivation: 'bookmarking' | 'highlighting' | 'commenting';
  readonly created: string;
  readonly modified: string;
  readonly body?: { readonly type: 'TextualBody'; readonly value: string; readonly format: 'text/plain' };
  readonly target: { readonly source: string; readonly selector?: readonly object[] };
}

/** formats/annotations.md 4.1: the learner's notes for other programs, oldest first. */
export interface AnnotationPage {
  readonly '@context': 'http://www.w3.org/ns/anno.jsonld';
  readonly type: 'AnnotationPage';
  readonly items: readonly Annotation[];
}

/** Makes the export of a learner's notes. The same notes always make the same page. */
export function annotationPage(notes: readonly ExportedNote[]): AnnotationPage {
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'AnnotationPage',
    items: notes.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)).map(annotationOf),
  };
}

function annotationOf(note: ExportedNote): Annotation {
  const { id, modulePath, href, text, createdAtMs, updatedAtMs, motivation, selectors = [] } = note;
  const selector = refined(selectors);
  return {
    id: `urn:leeslicht:note:${encodeURIComponent(id)}`,
    type: 'Annotation',
    motivation: motivation ?? 'commenting',
    created: formatInstant(createdAtMs),
    modified: formatInstant(updatedAtMs),
    ...(text === '' ? {} : { body: { type: 'TextualBody', value: text, format: 'text/plain' } }),
    target: {
      source: `urn:leeslicht:module:${encodeURI(modulePath)}#${encodeURI(href)}`,
      ...(selector.length > 0 ? { selector } : {}),
    },
  };
}

/** In a PDF the words are sought on their page only: they refine it. */
function refined(selectors: readonly Selector[]): readonly object[] {
  const [first, ...rest] = selectors;
  if (first?.type !== 'FragmentSelector' || rest.length === 0) return selectors;
  return rest.map((refinedBy) => ({ ...first, refinedBy }));
}
