import { expect, test } from 'vitest';
import { catalogueFindings } from '#ui/i18n/catalogue-terms.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';
import { readingEn } from './reading-en.ts';
import { readingNl } from './reading-nl.ts';

test('both languages fill in the same things, and one thing has one name', () => {
  const avoid = {
    nl: {
      leslokaal: 'computerlokaal',
      synchron: 'koppelen',
      device: 'laptop',
      apparaat: 'laptop',
      licentie: 'leestijd',
    },
    en: {
      'dock(s|ed|ing)?\\b': 'connect',
      sync: 'connect',
      device: 'laptop',
      'member of staff': 'officer',
      licen: 'reading time',
    },
  };
  expect(catalogueFindings({ nl: { ...nl, ...readingNl }, en: { ...en, ...readingEn } }, avoid)).toEqual([]);
});
