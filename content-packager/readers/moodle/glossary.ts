import type { Element, ElementContent } from 'hast';
import { textElement, textOf } from '../text-of.ts';
import { type BackupActivity, plain, richText } from './backup.ts';
import { type Bench, contentOf, elementsOf, listOf, type Opened, pageOf } from './bench.ts';

/** A glossary becomes a page and the module's own glossary. What students wrote into it stays out. */
export function openGlossary(activity: BackupActivity, bench: Bench): Opened {
  const place = bench.places.ofActivity(activity);
  const rows: Element[] = [];
  let byOthers = 0;
  for (const entry of listOf(activity, 'entries', 'entry')) {
    if (plain(entry, 'teacherentry') !== '1' || plain(entry, 'approved') === '0') {
      byOthers += 1;
      continue;
    }
    const term = plain(entry, 'concept') ?? '';
    const meaning = elementsOf(richText(entry, 'definition'), place, bench);
    const element: Element = { type: 'element', tagName: 'dd', properties: {}, children: meaning };
    rows.push(textElement('dt', term), element);
    bench.glossary.push({ term, meaning: textOf(element).replace(/\s+/g, ' ').trim() });
  }
  if (byOthers > 0)
    bench.assembly.report.add(activity.folder, 'PERSONAL_DATA', `${byOthers} entries of students in ${activity.title}`);
  const list: ElementContent[] =
    rows.length === 0 ? [] : [{ type: 'element', tagName: 'dl', properties: {}, children: rows }];
  return pageOf(activity, bench, [...contentOf(activity, bench, 'intro'), ...list], 'intro');
}
