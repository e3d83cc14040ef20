import { resolveReference } from './href.ts';
import { ReaderError } from './reader-error.ts';
import { findAllXml, findXml, parseXml } from './xml.ts';

const FONT_OBFUSCATION = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']);

/**
 * Paths of fonts that are obfuscated and so must be left out. Throws `EPUB_DRM` when anything else is encrypted:
 * such a book can only be read by its seller's own program.
 */
export function obfuscatedFonts(
  encryptionXml: string | undefined,
  rightsFiles: readonly string[],
): ReadonlySet<string> {
  const [rights] = rightsFiles;
  if (rights !== undefined) throw drm(rights);
  const fonts = new Set<string>();
  if (encryptionXml === undefined) return fonts;
  const file = 'META-INF/encryption.xml';
  for (const data of findAllXml(parseXml(encryptionXml, file), 'EncryptedData')) {
    const algorithm = findXml(data, 'EncryptionMethod')?.attributes.get('Algorithm') ?? '';
    const address = findXml(data, 'CipherReference')?.attributes.get('URI') ?? '';
    const reference = resolveReference('', address);
    if (!FONT_OBFUSCATION.has(algorithm)) throw drm(file);
    if (reference.kind === 'inside') fonts.add(reference.path);
  }
  return fonts;
}

function drm(file: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_DRM',
    file,
    problem: 'says that the book is encrypted (DRM)',
    advice: 'Ask the publisher for a copy without DRM that may be used in education.',
  });
}
