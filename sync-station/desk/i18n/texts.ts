import { createI18n, type Language, type Params, preferredLanguage } from '#ui/i18n/i18n.ts';
import { CallError } from '../call.ts';
import { en } from './en.ts';
import { nl } from './nl.ts';

/** The name of a text of the desk. */
export type DeskText = keyof typeof en;

const remembered = 'leeslicht-desk-language';

function firstLanguage(): Language {
  const kept = localStorage.getItem(remembered);
  return kept === 'nl' || kept === 'en' ? kept : preferredLanguage(navigator.languages);
}

/** The desk's texts, dates and numbers in the language of the moment. */
export const i18n = createI18n<DeskText>({ nl, en }, firstLanguage());

/** The text for a key. */
export function t(key: DeskText, params?: Params): string {
  return i18n.t(key, params);
}

/** Switches the language and remembers it on this computer. */
export function setLanguage(language: Language): void {
  localStorage.setItem(remembered, language);
  i18n.setLanguage(language);
}

/** What went wrong, in words. */
export function problemText(error: unknown): string {
  if (!(error instanceof CallError)) return t('problem.INTERNAL');
  const key = i18n.forCode('problem.', error.code, 'problem.INTERNAL');
  return t(key, { n: error.retryAfterSeconds ?? 0 });
}

/** An act of the audit log in words; an act without words of its own shows its code. */
export function actText(code: string): string {
  const key = i18n.forCode('act.', code, 'act.other');
  return t(key, { code });
}

/** What an officer does about something that was noticed. */
export function todoText(code: string): string {
  return t(i18n.forCode('look.todo.', code, 'look.todo.other'));
}

/** How a laptop says that it stands. */
export function verdictText(kind: string): string {
  return t(i18n.forCode('laptop.', kind, 'laptop.other'), { code: kind });
}

/** The code of a refusal or failure in words; one without words of its own shows itself. */
export function codeText(code: string): string {
  return t(i18n.forCode('code.', code, 'code.other'), { code });
}
