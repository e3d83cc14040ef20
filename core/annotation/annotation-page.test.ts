import { expect, it } from 'vitest';
import { noteShape } from '#core/record/records.ts';
import { describeSpan } from './anchor.ts';
import { annotationPage } from './annotation-page.ts';
import { pdfSelector } from './fragment.ts';

const base = { modulePath: 'courses/a/b.json', href: 'een map/x.html', text: '', createdAtMs: 2, updatedAtMs: 3 };

it('exports notes as annotations, oldest first, words of a PDF below their page', () => {
  const selectors = describeSpan('one two three', { start: 4, end: 7 });
  const page = annotationPage([
    { ...base, id: 'n2', motivation: 'highlighting', selectors },
    { ...base, id: 'n1', text: 'mine', createdAtMs: 1, selectors: [pdfSelector({ page: 3, top: 0 }), ...selectors] },
  ]);
  expect(page.items.map(({ id }) => id)).toEqual(['urn:leeslicht:note:n1', 'urn:leeslicht:note:n2']);
  expect(page.items[0]).toMatchObject({
    motivation: 'commenting',
    body: { type: 'TextualBody', value: 'mine' },
    target: { selector: [{ value: 'page=3&zoom=100,0,0', refinedBy: { exact: 'two' } }, { refinedBy: { start: 4 } }] },
  });
  expect(page.items[1]).toMatchObject({
    target: { source: 'urn:leeslicht:module:courses/a/b.json#een%20map/x.html', selector: selectors },
  });
});

it('keeps what a note carries through a backup', () => {
  const note = {
    ...base,
    id: 'n',
    motivation: 'highlighting',
    colour: 'pink',
    selectors: [...describeSpan('one two', { start: 0, end: 3 })],
  };
  expect(noteShape(JSON.parse(JSON.stringify(note)), '')).toEqual(note);
  expect(() => noteShape(JSON.parse(JSON.stringify({ ...note, colour: 'red' })), '')).toThrow('colour');
});
