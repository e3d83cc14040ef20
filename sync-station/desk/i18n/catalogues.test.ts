import { expect, test } from 'vitest';
import { catalogueFindings } from '#ui/i18n/catalogue-terms.ts';
import { deskProblemCodes } from '../../api/problem.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

test('both languages fill in the same things, and one thing has one name', () => {
  const avoid = {
    nl: { leslokaal: 'computerlokaal', synchron: 'koppelen', device: 'laptop', cursist: 'student' },
    en: { 'dock(s|ed|ing)?\\b': 'connect', sync: 'connect', device: 'laptop', student: 'learner' },
  };
  expect(catalogueFindings({ nl, en }, avoid)).toEqual([]);
});

test('every code that the station answers has a sentence of its own', () => {
  const known = new Set(Object.keys(en));
  expect(deskProblemCodes.filter((code) => !known.has(`problem.${code}`))).toEqual([]);
});
