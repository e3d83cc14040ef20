import { type Signal, signal } from '@preact/signals';

/** The languages Leeslicht speaks. */
export type Language = 'nl' | 'en';

/** Values for the `{name}` places in a text. */
export type Params = Readonly<Record<string, string | number>>;

/** One text for every key, in both languages: a key missing in either is a type error. */
export interface Catalogues<Key extends string> {
  readonly nl: Readonly<Record<Key, string>>;
  readonly en: Readonly<Record<Key, string>>;
}

/** The catalogues that are here so far: a face may bring a language only when it is chosen. */
export type LoadedCatalogues<Key extends string> = Partial<Catalogues<Key>>;

/** Texts and dates in the language of the moment. Reading `t` in a component subscribes it to the language. */
export interface I18n<Key extends string> {
  /** The text for `key`, with `{name}` filled in and `{n|one|more}` chosen by number. */
  t(key: Key, params?: Params): string;
  /** The text for `prefix + code`, or for `fallback` when the catalogue has no such key: for error codes. */
  forCode(prefix: string, code: string, fallback: Key): Key;
  readonly language: Signal<Language>;
  /** Switches to a language whose catalogue is here. */
  setLanguage(language: Language): void;
  /** Brings the catalogue of a language, or a further part of it. */
  addCatalogue(language: Language, catalogue: Readonly<Partial<Record<Key, string>>>): void;
  /** "dinsdag 24 november 2026" */
  formatDate(ms: number): string;
  /** "24 november" */
  formatDay(ms: number): string;
  /** "14:02" */
  formatTime(ms: number): string;
  /** "24 november om 14:02" */
  formatDateTime(ms: number): string;
  /** "12,4 MB" */
  formatSize(sizeBytes: number): string;
  formatNumber(value: number): string;
  formatPercent(fraction: number): string;
}

/** Fills `{name}` and `{name|one|more}` (the first for exactly 1) in a text. An unknown name stays as it is. */
export function fillText(text: string, params: Params): string {
  return text.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (whole, name: string, one?: string, more?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one === undefined || more === undefined) return String(value);
    return Number(value) === 1 ? one : more;
  });
}

const locales: Record<Language, string> = { nl: 'nl-NL', en: 'en-GB' };

/** The language a browser asks for: Dutch if any of its languages is Dutch before English, else English. */
export function preferredLanguage(languages: readonly string[]): Language {
  const first = languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'nl' || tag === 'en');
  return first === 'en' ? 'en' : 'nl';
}

/** Makes the one i18n object of a face from its catalogues. Without the one of the moment, a text is its key. */
export function createI18n<Key extends string>(catalogues: LoadedCatalogues<Key>, initial: Language = 'nl'): I18n<Key> {
  const loaded: { -readonly [Name in Language]?: Readonly<Partial<Record<Key, string>>> } = { ...catalogues };
  const language = signal<Language>(initial);
  const format = (options: Intl.DateTimeFormatOptions, ms: number) =>
    new Intl.DateTimeFormat(locales[language.value], options).format(ms);
  const number = (value: number, options: Intl.NumberFormatOptions = {}) =>
    new Intl.NumberFormat(locales[language.value], options).format(value);
  const isKey = (key: string): key is Key => Object.hasOwn(loaded[language.value] ?? {}, key);
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long' };
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  return {
    t: (key, params = {}) => fillText(loaded[language.value]?.[key] ?? key, params),
    forCode: (prefix, code, fallback) => {
      const key = prefix + code;
      return isKey(key) ? key : fallback;
    },
    language,
    setLanguage: (next) => {
      language.value = next;
    },
    addCatalogue: (added, catalogue) => {
      loaded[added] = { ...loaded[added], ...catalogue };
    },
    formatDate: (ms) => format({ weekday: 'long', ...day, year: 'numeric' }, ms),
    formatDay: (ms) => format(day, ms),
    formatTime: (ms) => format(time, ms),
    formatDateTime: (ms) => `${format(day, ms)} ${language.value === 'nl' ? 'om' : 'at'} ${format(time, ms)}`,
    formatSize: (sizeBytes) => {
      if (sizeBytes < 1e6) return `${number(Math.ceil(sizeBytes / 1e3))} kB`;
      return `${number(sizeBytes / 1e6, { maximumFractionDigits: 1 })} MB`;
    },
    formatNumber: (value) => number(value),
    formatPercent: (fraction) => number(fraction, { style: 'percent', maximumFractionDigits: 0 }),
  };
}
