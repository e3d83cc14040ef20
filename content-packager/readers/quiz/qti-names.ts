import type { SourceElement, SourceNode } from './source-node.ts';

/**
 * QTI 2 writes `choiceInteraction maxChoices`, QTI 3 `qti-choice-interaction max-choices`. Everything below reads
 * QTI 2's element names and QTI 3's attribute names, whatever the file had.
 */
export function normalQti(element: SourceElement): SourceElement {
  const attributes = new Map(
    [...element.attributes].map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  );
  const name = element.name.startsWith('qti-') ? camel(element.name.slice('qti-'.length)) : element.name;
  const content = element.content.map((node): SourceNode => (typeof node === 'string' ? node : normalQti(node)));
  return { name, attributes, content };
}

function camel(name: string): string {
  return name
    .replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^durationGte$/, 'durationGTE')
    .replace(/^durationLt$/, 'durationLT');
}

/** Children of this name. */
export function childrenOf(element: SourceElement, ...names: readonly string[]): SourceElement[] {
  return element.content.filter((node) => typeof node !== 'string').filter((node) => names.includes(node.name));
}

/** First child of this name. */
export function childOf(element: SourceElement | undefined, name: string): SourceElement | undefined {
  return element === undefined ? undefined : childrenOf(element, name)[0];
}

/** All elements below of these names, in document order; does not look inside one that it found. */
export function allBelow(element: SourceElement, ...names: readonly string[]): SourceElement[] {
  return element.content.flatMap((node) => {
    if (typeof node === 'string') return [];
    return names.includes(node.name) ? [node] : allBelow(node, ...names);
  });
}

/** A whole number in an attribute, or `fallback`. */
export function countOf(element: SourceElement, name: string, fallback: number): number {
  const text = element.attributes.get(name);
  return text !== undefined && /^\d{1,4}$/.test(text.trim()) ? Number(text) : fallback;
}

/** A number in an attribute; undefined when absent or unclear. */
export function numberIn(element: SourceElement, name: string): number | undefined {
  const text = element.attributes.get(name)?.trim();
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
