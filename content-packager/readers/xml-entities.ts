import { ReaderError } from './reader-error.ts';

const MAX_ENTITIES = 256;
const MAX_VALUE = 1000;
const MAX_GROWTH = 1024 * 1024;

/**
 * Takes the document type off. Entities that stand for a plain piece of text, such as the namespaces in Illustrator's
 * SVG or `&nbsp;` in an old book, are written out. Throws `XML_ENTITIES` for all others: those that name a file, hold
 * markup or each other, or make the file grow without end.
 */
export function withoutDoctype(source: string, file: string): string {
  const start = /<!DOCTYPE/i.exec(source)?.index;
  if (start === undefined) return source;
  const end = endOfDoctype(source, start);
  const declared = plainEntities(source.slice(start, end), file);
  const before = source.slice(0, start) + '\n'.repeat(source.slice(start, end).split('\n').length - 1);
  const body = source.slice(end);
  // A second document type is no XML, but a parser might believe it.
  if (/<!DOCTYPE/i.test(body) && /<!ENTITY/i.test(body)) throw refused(file);
  return before + (declared.size === 0 ? body : writtenOut(body, declared, file));
}

/** Position behind the `>` that ends the document type, looking past quotes, comments and the internal subset. */
function endOfDoctype(source: string, start: number): number {
  const token = /"[^"]*"|'[^']*'|<!--[\s\S]*?-->|[[\]>]/g;
  token.lastIndex = start;
  let isInside = false;
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    if (found[0] === '[') isInside = true;
    if (found[0] === ']') isInside = false;
    if (found[0] === '>' && !isInside) return token.lastIndex;
  }
  return source.length;
}

function plainEntities(doctype: string, file: string): ReadonlyMap<string, string> {
  const entities = new Map<string, string>();
  const declarations = doctype.match(/<!ENTITY/gi)?.length ?? 0;
  if (declarations > MAX_ENTITIES) throw refused(file);
  let understood = 0;
  for (const [, name = '', double, single] of doctype.matchAll(
    /<!ENTITY\s+([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g,
  )) {
    const value = double ?? single ?? '';
    // A character by its number is plain text; any other & would be an entity in an entity.
    if (value.length > MAX_VALUE || /[<%]|&(?!#\d+;|#x[\da-f]+;)/i.test(value)) throw refused(file);
    // XML 1.0, 4.2: the first declaration of a name is the one that holds.
    if (!entities.has(name)) entities.set(name, value.replaceAll('"', '&#34;').replaceAll("'", '&#39;'));
    understood += 1;
  }
  if (understood !== declarations) throw refused(file);
  return entities;
}

function writtenOut(text: string, entities: ReadonlyMap<string, string>, file: string): string {
  let growth = 0;
  return text.replace(/&([\w.:-]+);/g, (reference, name: string) => {
    const value = entities.get(name) ?? reference;
    growth += value.length;
    if (growth > MAX_GROWTH) throw refused(file);
    return value;
  });
}

function refused(file: string): ReaderError {
  return new ReaderError({
    code: 'XML_ENTITIES',
    file,
    problem: 'declares XML entities that are more than a piece of text',
    advice: 'Take the entity declarations out of the DOCTYPE; they can make a small file grow without end.',
  });
}
