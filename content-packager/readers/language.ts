const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'iw', 'ku', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi']);

/** The direction that text in this language runs by default. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const [primary = '', ...subtags] = language.toLowerCase().split('-');
  if (subtags.includes('latn')) return 'ltr';
  return RIGHT_TO_LEFT.has(primary) ? 'rtl' : 'ltr';
}

/** The name of a language in that language itself, for the caption menu of a player. */
export function languageLabel(language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  } catch {
    // Not a language tag that Intl knows: the tag itself is the best label there is.
    return language;
  }
}

/** Whether a text is a language tag such as `nl` or `en-GB`. */
export function isLanguageTag(text: string): boolean {
  return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text);
}

/** The language that a source declares, as a tag; English where it declares none or none that can be understood. */
export function languageOf(declared: string | undefined): string {
  const tag = (declared ?? '').trim().replaceAll('_', '-');
  return isLanguageTag(tag) ? tag : 'en';
}
