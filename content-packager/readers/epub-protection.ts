import { createHash } from 'node:crypto';
import type { ByteSource } from './course.ts';
import { resolveReference } from './href.ts';
import { ReaderError } from './reader-error.ts';
import { findAllXml, findXml, parseXml } from './xml.ts';

/** How a font is scrambled: EPUB's own way or Adobe's. Neither keeps a secret: the key is the book's identifier. */
export type Scrambling = 'idpf' | 'adobe';

const ALGORITHMS: ReadonlyMap<string, Scrambling> = new Map([
  ['http://www.idpf.org/2008/embedding', 'idpf'],
  ['http://ns.adobe.com/pdf/enc#RC', 'adobe'],
]);
/** EPUB 3.3, 4.4.3: how many bytes from the start are scrambled. */
const SCRAMBLED_BYTES: Readonly<Record<Scrambling, number>> = { idpf: 1040, adobe: 1024 };

/**
 * The fonts that are scrambled, by path. Throws `EPUB_DRM` when anything else is encrypted: such a book can only be
 * read by its seller's own program.
 */
export function scrambledFonts(
  encryptionXml: string | undefined,
  rightsFiles: readonly string[],
): ReadonlyMap<string, Scrambling> {
  const [rights] = rightsFiles;
  if (rights !== undefined) throw drm(rights);
  const fonts = new Map<string, Scrambling>();
  if (encryptionXml === undefined) return fonts;
  const file = 'META-INF/encryption.xml';
  for (const data of findAllXml(parseXml(encryptionXml, file), 'EncryptedData')) {
    const algorithm = ALGORITHMS.get(findXml(data, 'EncryptionMethod')?.attributes.get('Algorithm') ?? '');
    const address = findXml(data, 'CipherReference')?.attributes.get('URI') ?? '';
    const reference = resolveReference('', address);
    if (algorithm === undefined) throw drm(file);
    if (reference.kind === 'inside') fonts.set(reference.path, algorithm);
  }
  return fonts;
}

/** The key for a book's scrambled fonts out of its identifiers; undefined when they give none. */
export function fontKey(
  scrambling: Scrambling,
  uniqueIdentifier: string | undefined,
  identifiers: readonly string[],
): Uint8Array | undefined {
  if (scrambling === 'idpf') {
    if (uniqueIdentifier === undefined) return undefined;
    return new Uint8Array(createHash('sha1').update(uniqueIdentifier.replace(/\s/g, '')).digest());
  }
  // Adobe's key is the bytes of the book's UUID.
  for (const identifier of [uniqueIdentifier ?? '', ...identifiers]) {
    const hex = identifier
      .replace(/^urn:uuid:/i, '')
      .replaceAll('-', '')
      .trim();
    if (/^[0-9a-f]{32}$/i.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  }
  return undefined;
}

/** A font as it was before it was scrambled. */
export function unscrambled(source: ByteSource, scrambling: Scrambling, key: Uint8Array): ByteSource {
  const most = SCRAMBLED_BYTES[scrambling];
  return {
    sizeBytes: source.sizeBytes,
    async *read() {
      let at = 0;
      for await (const piece of source.read()) {
        const start = at;
        at += piece.length;
        yield start >= most
          ? piece
          : piece.map((byte, index) => (start + index < most ? byte ^ (key[(start + index) % key.length] ?? 0) : byte));
      }
    },
  };
}

function drm(file: string): ReaderError {
  return new ReaderError({
    code: 'EPUB_DRM',
    file,
    problem: 'says that the book is encrypted (DRM)',
    advice: 'Ask the publisher for a copy without DRM that may be used in education.',
  });
}
