import { createI18n, type I18n, type Language, preferredLanguage } from '#ui/i18n/i18n.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

/** The name of a text of the learner app. */
export type TextKey = keyof typeof nl;

const languageKey = 'leeslicht-language';

function firstLanguage(): Language {
  const stored = localStorage.getItem(languageKey);
  if (stored === 'nl' || stored === 'en') return stored;
  return preferredLanguage(navigator.languages);
}

/** The learner app's texts, in the language that was chosen last on this device. */
export const texts: I18n<TextKey> = createI18n({ nl, en }, firstLanguage());

/** Chooses the language and remembers it on this device (no personal data, so outside the vault). */
export function chooseLanguage(language: Language): void {
  texts.setLanguage(language);
  localStorage.setItem(languageKey, language);
  document.documentElement.lang = language;
}
