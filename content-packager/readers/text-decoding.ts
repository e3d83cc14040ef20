import { ReaderError } from './reader-error.ts';

/** Text and whether its encoding had to be guessed. */
export interface DecodedText {
  readonly text: string;
  readonly guessed?: string;
}

/**
 * Decodes a text file: byte order mark first, then UTF-8, then the encoding that the file itself names
 * (XML declaration, `<meta charset>`, `@charset`), last Windows-1252, which is what old Dutch pages are in.
 */
export function decodeText(bytes: Uint8Array, file: string): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decodeAs('utf-16le', bytes.subarray(2), file) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decodeAs('utf-16be', bytes.subarray(2), file) };
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(body) };
  } catch {
    // Not UTF-8: the file may say what it is.
    const head = new TextDecoder('latin1').decode(body.subarray(0, 1024));
    const named = /(?:encoding|charset)\s*=?\s*["']?\s*([A-Za-z0-9_-]+)/i.exec(head)?.[1]?.toLowerCase();
    const label = named === undefined || named === 'utf-8' || named === 'utf8' ? 'windows-1252' : named;
    return { text: decodeAs(label, body, file), guessed: label };
  }
}

function decodeAs(label: string, bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ReaderError({
      code: 'WRONG_ENCODING',
      file,
      problem: `is not readable as ${label}`,
      advice: 'Save the file again as UTF-8.',
      cause,
    });
  }
}
