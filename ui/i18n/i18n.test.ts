import { expect, test } from 'vitest';
import { createI18n, fillText, preferredLanguage } from './i18n.ts';

const catalogues = {
  nl: { days: 'Nog {n} {n|dag|dagen}', 'error.BAD': 'Fout', 'error.other': 'Iets ging mis' },
  en: { days: '{n} {n|day|days} left', 'error.BAD': 'Bad', 'error.other': 'Something went wrong' },
};

test('fills names and chooses singular or plural', () => {
  expect(fillText('{n} {n|dag|dagen} {x}', { n: 1 })).toBe('1 dag {x}');
  expect(fillText('{n} {n|dag|dagen}', { n: 0 })).toBe('0 dagen');
});

test('speaks the language that is set, dates in words', () => {
  const i18n = createI18n(catalogues, 'nl');
  const noon = Date.UTC(2026, 10, 24, 12);
  expect(i18n.t('days', { n: 3 })).toBe('Nog 3 dagen');
  expect(i18n.formatDate(noon)).toBe('dinsdag 24 november 2026');
  i18n.setLanguage('en');
  expect(i18n.t('days', { n: 1 })).toBe('1 day left');
  expect(i18n.formatDate(noon)).toContain('24 November 2026');
});

test('falls back to a general text for an unknown error code', () => {
  const i18n = createI18n(catalogues);
  expect(i18n.forCode('error.', 'BAD', 'error.other')).toBe('error.BAD');
  expect(i18n.forCode('error.', 'NEW', 'error.other')).toBe('error.other');
});

test('takes Dutch unless English is asked for first', () => {
  expect(preferredLanguage(['en-GB', 'nl'])).toBe('en');
  expect(preferredLanguage(['fr', 'nl-BE'])).toBe('nl');
  expect(preferredLanguage([])).toBe('nl');
});

test('shows the keys until the catalogue of the language is here, and its texts from then on', () => {
  const i18n = createI18n<keyof (typeof catalogues)['nl']>({}, 'en');
  expect(i18n.t('days', { n: 1 })).toBe('days');
  expect(i18n.forCode('error.', 'BAD', 'error.other')).toBe('error.other');
  i18n.addCatalogue('en', catalogues.en);
  expect(i18n.t('days', { n: 1 })).toBe('1 day left');
  expect(i18n.forCode('error.', 'BAD', 'error.other')).toBe('error.BAD');
});
