import { createI18n, preferredLanguage } from '#ui/i18n/i18n.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

/** The studio's texts, in the language of the browser. */
export const i18n = createI18n({ nl, en }, preferredLanguage(navigator.languages));
/** The text for a key. */
export const t = i18n.t;
