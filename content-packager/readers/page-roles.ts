import type { Element } from 'hast';

/** What EPUB and Markdown call a part, as the role that readers and screen readers know it by (DPUB-ARIA 1.1). */
const ROLES: Readonly<Record<string, string>> = {
  noteref: 'doc-noteref',
  footnote: 'doc-footnote',
  endnote: 'doc-footnote',
  rearnote: 'doc-footnote',
  endnotes: 'doc-endnotes',
  footnotes: 'doc-endnotes',
  rearnotes: 'doc-endnotes',
  backlink: 'doc-backlink',
  pagebreak: 'doc-pagebreak',
  glossary: 'doc-glossary',
  biblioref: 'doc-biblioref',
  bibliography: 'doc-bibliography',
};

/** The role of an element by what its source calls it; undefined when it calls it nothing that we know. */
export function roleOf({ properties, tagName }: Element): string | undefined {
  if (properties['dataFootnoteRef'] !== undefined) return 'doc-noteref';
  if (properties['dataFootnoteBackref'] !== undefined) return 'doc-backlink';
  if (properties['dataFootnotes'] !== undefined) return 'doc-endnotes';
  if (tagName === 'li' && /^fn-/.test(String(properties['id'] ?? ''))) return 'doc-footnote';
  const said = String(properties['epub:type'] ?? properties['epubType'] ?? '').split(/\s+/);
  return said.map((name) => ROLES[name]).find((role) => role !== undefined);
}
