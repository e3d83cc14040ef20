import { createI18n, type I18n, type Language, preferredLanguage } from '#ui/i18n/i18n.ts';
import type { nl } from './nl.ts';

/** The name of a text of the learner app. */
export type TextKey = keyof typeof nl;

const languageKey = 'leeslicht-language';

function firstLanguage(): Language {
  const stored = localStorage.getItem(languageKey);
  if (stored === 'nl' || stored === 'en') return stored;
  return preferredLanguage(navigator.languages);
}

/** The learner app's texts, in the language that was chosen last on this device; the catalogue comes when it is chosen. */
export const texts: I18n<TextKey> = createI18n<TextKey>({}, firstLanguage());

/** Brings a language's catalogue and shows it. */
export async function showLanguage(language: Language): Promise<void> {
  if (language === 'nl') texts.addCatalogue('nl', (await import('./nl.ts')).nl);
  else texts.addCatalogue('en', (await import('./en.ts')).en);
  texts.setLanguage(language);
  document.documentElement.lang = language;
}

/** Shows a language and remembers it on this device (no personal data, so outside the vault). */
export async function chooseLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  localStorage.setItem(languageKey, language);
}
