/** Licences and rights as course texts name them; each is reported as it stands there. */
const NAMES: readonly RegExp[] = [
  /\bCC[ -](?:BY(?:-(?:NC|SA|ND)){0,3}|0|Zero)(?:[ -]\d\.\d)?\b/gi,
  /\bCreative Commons(?: [A-Z][\w-]+){0,4}(?: \d\.\d)?/g,
  /\bpublic domain\b/gi,
  /\bGNU Free Documentation License\b/gi,
  /(?:©|\(c\)|&copy;|\bcopyright\b)\s*(?:19|20)\d\d[^\n<]{0,60}/gi,
  /\ball rights reserved\b|\balle rechten voorbehouden\b/gi,
];

/** The names of licences in a text, each once. */
export function licencesIn(text: string): readonly string[] {
  const found = NAMES.flatMap((name) => [...text.matchAll(name)].map((match) => match[0].replace(/\s+/g, ' ').trim()));
  return [...new Set(found)];
}
