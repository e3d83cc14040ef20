import type { Labels } from '../labels.ts';
import type { XmlElement } from '../xml.ts';

/** A chapter while its things are counted. */
export interface Chapter {
  readonly number: number;
  readonly counts: Map<string, number>;
}

/** The numbers of figures, tables, examples and exercises of a book. */
export interface Numbering {
  /** Counts the things of one module; modules come in the order of the book. */
  count(moduleId: string, document: XmlElement, chapter: Chapter | undefined): void;
  /** `Figure 2.3`; undefined for a thing without a number. */
  labelOf(moduleId: string, id: string): string | undefined;
}

/** Begins to count. */
export function createNumbering(labels: Labels): Numbering {
  const names: Readonly<Record<string, string>> = {
    figure: labels.figure,
    table: labels.table,
    example: labels.example,
  };
  const found = new Map<string, string>();
  return {
    count(moduleId, document, chapter) {
      const counts = chapter?.counts ?? new Map<string, number>();
      const walk = (element: XmlElement, insideFigure: boolean): void => {
        const name = names[element.name];
        const isNumbered = name !== undefined && !/\b(unnumbered|splash)\b/.test(element.attributes.get('class') ?? '');
        // A figure in a figure is a part of it and has no number of its own.
        if (isNumbered && !(element.name === 'figure' && insideFigure)) {
          const next = (counts.get(element.name) ?? 0) + 1;
          counts.set(element.name, next);
          const label = `${name} ${chapter === undefined ? '' : `${chapter.number}.`}${next}`;
          const id = element.attributes.get('id');
          if (id !== undefined) found.set(`${moduleId}#${id}`, label);
        }
        for (const child of element.children) walk(child, insideFigure || element.name === 'figure');
      };
      walk(document, false);
    },
    labelOf: (moduleId, id) => found.get(`${moduleId}#${id}`),
  };
}
