import type { Element, ElementContent, Properties } from 'hast';
import { textElement } from '../text-of.ts';
import { childrenXml, type XmlElement } from '../xml.ts';
import { elementFor, idOf } from './elements.ts';

/** Converts what stands in a cell or title. */
export type ConvertInside = (element: XmlElement) => ElementContent[];

/** A CALS table as an HTML table. Each group of a table that has several becomes a body of its own. */
export function convertTable(table: XmlElement, label: string | undefined, inside: ConvertInside): Element {
  const title = childrenXml(table, 'title')[0] ?? childrenXml(table, 'caption')[0];
  const words: ElementContent[] = [
    ...(label === undefined ? [] : [textElement('strong', label), { type: 'text' as const, value: ' ' }]),
    ...(title === undefined ? [] : inside(title)),
  ];
  const groups = childrenXml(table, 'tgroup').flatMap((group) => groupOf(group, inside));
  return elementFor('table', [...(words.length === 0 ? [] : [elementFor('caption', words)]), ...groups], idOf(table));
}

function groupOf(group: XmlElement, inside: ConvertInside): Element[] {
  const columns = new Map<string, number>();
  for (const [index, column] of childrenXml(group, 'colspec').entries()) {
    const said = Number(column.attributes.get('colnum') ?? Number.NaN);
    const number = Number.isInteger(said) ? said : index + 1;
    columns.set(column.attributes.get('colname') ?? `c${number}`, number);
  }
  const spans = new Map(
    childrenXml(group, 'spanspec').map((span) => [
      span.attributes.get('spanname') ?? '',
      width(columns, span.attributes.get('namest'), span.attributes.get('nameend')),
    ]),
  );
  return group.children.flatMap((part): Element[] => {
    if (!['thead', 'tbody', 'tfoot'].includes(part.name)) return [];
    const rows = childrenXml(part, 'row').map((row) =>
      elementFor(
        'tr',
        row.children.flatMap((entry) => {
          if (entry.name === 'entrytbl') return [elementFor('td', [elementFor('table', groupOf(entry, inside))])];
          if (entry.name !== 'entry') return [];
          const isHead = part.name === 'thead';
          const span =
            spans.get(entry.attributes.get('spanname') ?? '') ??
            width(columns, entry.attributes.get('namest'), entry.attributes.get('nameend'));
          return [
            elementFor(isHead ? 'th' : 'td', inside(entry), {
              ...idOf(entry),
              ...(isHead ? { scope: 'col' } : {}),
              ...(span > 1 ? { colSpan: span } : {}),
              ...rowSpan(entry),
              ...alignment(entry),
            }),
          ];
        }),
      ),
    );
    return [elementFor(part.name, rows)];
  });
}

function width(columns: ReadonlyMap<string, number>, first: string | undefined, last: string | undefined): number {
  const [from, to] = [columns.get(first ?? ''), columns.get(last ?? '')];
  return from === undefined || to === undefined || to < from ? 1 : Math.min(to - from + 1, 100);
}

function rowSpan(entry: XmlElement): Properties {
  const more = Number(entry.attributes.get('morerows') ?? 0);
  return Number.isInteger(more) && more > 0 && more < 1000 ? { rowSpan: more + 1 } : {};
}

function alignment(entry: XmlElement): Properties {
  const align = entry.attributes.get('align');
  return align !== undefined && ['left', 'right', 'center'].includes(align) ? { align } : {};
}
