import { createI18n, type I18n, type Language, preferredLanguage } from '#ui/i18n/i18n.ts';
import type { nl } from './nl.ts';
import type { readingNl } from './reading-nl.ts';

/** The name of a text of the learner app. */
export type TextKey = keyof typeof nl | keyof typeof readingNl;

const languageKey = 'leeslicht-language';

function firstLanguage(): Language {
  const stored = localStorage.getItem(languageKey);
  if (stored === 'nl' || stored === 'en') return stored;
  return preferredLanguage(navigator.languages);
}

/** The learner app's texts, in the language that was chosen last on this device; the catalogue comes when it is chosen. */
export const texts: I18n<TextKey> = createI18n<TextKey>({}, firstLanguage());

/** Whether somebody reads: what only reading needs does not delay the first screen. */
let isReading = false;

/** Brings a language's catalogue and shows it. */
export async function showLanguage(language: Language): Promise<void> {
  if (language === 'nl') texts.addCatalogue('nl', (await import('./nl.ts')).nl);
  else texts.addCatalogue('en', (await import('./en.ts')).en);
  if (isReading) await addReadingTexts(language);
  texts.setLanguage(language);
  document.documentElement.lang = language;
}

/** Brings the texts that only reading needs, now and with every language that is chosen later. */
export async function bringReadingTexts(): Promise<void> {
  isReading = true;
  await addReadingTexts(texts.language.value);
}

async function addReadingTexts(language: Language): Promise<void> {
  if (language === 'nl') texts.addCatalogue('nl', (await import('./reading-nl.ts')).readingNl);
  else texts.addCatalogue('en', (await import('./reading-en.ts')).readingEn);
}

/** Shows a language and remembers it on this device (no personal data, so outside the vault). */
export async function chooseLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  localStorage.setItem(languageKey, language);
}
