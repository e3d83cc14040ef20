import { readAll } from './byte-source.ts';
import type { InputFile } from './course.ts';
import { resolveReference } from './href.ts';
import { isCompoundFile } from './office-file.ts';
import { ReaderError } from './reader-error.ts';
import { childrenXml, parseXml, type XmlElement } from './xml.ts';
import { type Archive, type ArchiveEntry, openArchiveBytes } from './zip-archive.ts';

const MAX_WORD_BYTES = 128 * 1024 * 1024;
const MAX_PART_BYTES = 64 * 1024 * 1024;
const PACKAGE_RELATIONS = '_rels/.rels';
const decoder = new TextDecoder();

/** A Word file of which every part has been looked at. */
export interface WordPackage {
  readonly bytes: Uint8Array;
  /** Name of the main part: mostly `word/document.xml`, `word/document2.xml` out of Word on the web. */
  readonly mainPart: string;
  readonly main: XmlElement;
  readonly core?: XmlElement;
  readonly styles?: XmlElement;
  readonly comments?: XmlElement;
}

/**
 * Opens a Word file. Where a part lies is said by the relationships (ECMA-376 part 2, 6.5), not by its name. The archive
 * is checked as every other before a parser sees it. Throws `WORD_MALFORMED`, `XML_ENTITIES` and what archives throw.
 */
export async function openWord(file: InputFile): Promise<WordPackage> {
  const bytes = await readAll(file.source, MAX_WORD_BYTES, file.path);
  if (isCompoundFile(bytes))
    throw new ReaderError({
      code: 'WORD_MALFORMED',
      file: file.path,
      problem: 'is under a password, or in the old format of Word 97 to 2003',
      advice: 'Open it in Word or LibreOffice, take the password off and save it as .docx.',
    });
  const archive = await openArchiveBytes(bytes, file.path);
  try {
    await refuseDoctypes(archive, file.path);
    const part = async (name: string | undefined): Promise<XmlElement | undefined> => {
      const entry = name === undefined ? undefined : archive.entries.get(name);
      return entry && parseXml(await textOf(entry, file.path), `${file.path}: ${entry.name}`);
    };
    const outer = relationsIn(await part(PACKAGE_RELATIONS), '');
    const mainPart = outer.get('officeDocument') ?? 'word/document.xml';
    const main = await part(mainPart);
    if (main === undefined) throw notWord(file.path);
    const cut = mainPart.lastIndexOf('/') + 1;
    const inner = relationsIn(await part(`${mainPart.slice(0, cut)}_rels/${mainPart.slice(cut)}.rels`), mainPart);
    const core = await part(outer.get('core-properties') ?? 'docProps/core.xml');
    const styles = await part(inner.get('styles'));
    const comments = await part(inner.get('comments'));
    return {
      bytes,
      mainPart,
      main,
      ...(core === undefined ? {} : { core }),
      ...(styles === undefined ? {} : { styles }),
      ...(comments === undefined ? {} : { comments }),
    };
  } finally {
    archive.close();
  }
}

/** Parts by the last word of their relationship's type, which transitional and strict files share. */
function relationsIn(relations: XmlElement | undefined, source: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const one of relations === undefined ? [] : childrenXml(relations, 'Relationship')) {
    const kind = (one.attributes.get('Type') ?? '').split('/').at(-1) ?? '';
    const target = one.attributes.get('Target') ?? '';
    const place = target.startsWith('/') ? resolveReference('', target.slice(1)) : resolveReference(source, target);
    if (place.kind === 'inside' && !parts.has(kind)) parts.set(kind, place.path);
  }
  return parts;
}

/** Word writes no document types; a part that has one is made to harm the parser behind this. */
async function refuseDoctypes(archive: Archive, file: string): Promise<void> {
  for (const entry of archive.entries.values()) {
    if (/\.(xml|rels)$/i.test(entry.name) && /<!DOCTYPE|<!ENTITY/i.test(await textOf(entry, file)))
      throw new ReaderError({
        code: 'XML_ENTITIES',
        file,
        problem: `declares a document type in ${entry.name}`,
        advice: 'Do not use this file; Word does not make such files.',
      });
  }
}

async function textOf(entry: ArchiveEntry, file: string): Promise<string> {
  return decoder.decode(await readAll(entry.source, MAX_PART_BYTES, `${file}: ${entry.name}`));
}

/** The refusal of a file that only has the name of a Word document. */
export function notWord(file: string, cause?: unknown): ReaderError {
  return new ReaderError({
    code: 'WORD_MALFORMED',
    file,
    problem: 'is not a Word document (.docx)',
    advice: 'Open it in Word or LibreOffice and save it as .docx.',
    cause,
  });
}
