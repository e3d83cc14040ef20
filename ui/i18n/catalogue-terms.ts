/** One text for every key, in both languages. */
interface Pair {
  readonly nl: Readonly<Record<string, string>>;
  readonly en: Readonly<Record<string, string>>;
}

const placeholders = (text: string): string =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort().join(' ');

/**
 * What is wrong with two catalogues, one line a finding: a text that fills in other things than its translation, and a
 * word that the interface does not use (`avoid`, a word and what to write instead). For tests.
 */
export function catalogueFindings({ nl, en }: Pair, avoid: Pair): string[] {
  const differing = Object.entries(nl).flatMap(([key, text]) => {
    const other = en[key] ?? '';
    return placeholders(text) === placeholders(other)
      ? []
      : [`${key}: {${placeholders(text)}} in Dutch only or in English only`];
  });
  const words = (texts: Readonly<Record<string, string>>, rules: Readonly<Record<string, string>>): string[] =>
    Object.entries(texts).flatMap(([key, text]) =>
      Object.entries(rules)
        .filter(([word]) => new RegExp(`\\b${word}`, 'i').test(text))
        .map(([word, better]) => `${key}: “${word}”, write “${better}”`),
    );
  return [...differing, ...words(nl, avoid.nl), ...words(en, avoid.en)];
}
