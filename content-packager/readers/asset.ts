import { bytesSource, firstBytes, readAll } from './byte-source.ts';
import type { ByteSource, CourseFile } from './course.ts';
import { sanitizeCss } from './css.ts';
import type { KnownType } from './media-type.ts';
import type { PageContext } from './page-context.ts';
import { styleAddress } from './page-references.ts';
import { ReaderError } from './reader-error.ts';
import { subripToWebvtt } from './subrip.ts';
import { cleanSvg } from './svg.ts';
import { decodeText } from './text-decoding.ts';

const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/**
 * Takes over a file that pages use. Styles and SVG are sanitised; everything else must begin as its type does,
 * or it is left out and reported: a font or picture that lies about its type does not enter a module.
 */
export async function takeAsset(
  source: ByteSource,
  known: KnownType,
  context: PageContext,
  title?: string,
): Promise<CourseFile | undefined> {
  const { path, href, report } = context;
  if (!known.matches(await firstBytes(source))) {
    report.add(path, 'WRONG_TYPE', `is not ${known.type} inside`);
    return undefined;
  }
  if (known.type === 'application/x-subrip') {
    const captions = subripToWebvtt(await readText(source, context));
    return { href, type: 'text/vtt', kind: 'resource', source: bytesSource(new TextEncoder().encode(captions)) };
  }
  const named = title === undefined ? {} : { title };
  if (known.type === 'text/css' || known.type === 'image/svg+xml') {
    const clean = await cleanText(source, known, context);
    if (clean === undefined) return undefined;
    return { href, type: known.type, kind: 'resource', source: bytesSource(new TextEncoder().encode(clean)), ...named };
  }
  return { href, type: known.type, kind: known.kind, source, ...named };
}

/** One broken style sheet or drawing costs itself, not the course. */
async function cleanText(source: ByteSource, known: KnownType, context: PageContext): Promise<string | undefined> {
  const { path, href, report } = context;
  try {
    const text = await readText(source, context);
    if (known.type === 'image/svg+xml') return cleanSvg(text, context);
    return sanitizeCss(text, styleAddress(context, href), (what) => report.add(path, 'STYLE_REMOVED', what));
  } catch (error) {
    if (!(error instanceof ReaderError) || error.code === 'CHANGED_WHILE_READING') throw error;
    report.add(path, 'BROKEN_FILE', `${error.message}; ${error.advice}`);
    return undefined;
  }
}

/** Reads a text file of at most `maxBytes` (32 MiB) whole, reporting an encoding that had to be guessed. */
export async function readText(
  source: ByteSource,
  context: Pick<PageContext, 'path' | 'report'>,
  maxBytes = MAX_TEXT_BYTES,
): Promise<string> {
  const decoded = decodeText(await readAll(source, maxBytes, context.path), context.path);
  if (decoded.guessed !== undefined) context.report.add(context.path, 'ENCODING_GUESSED', `read as ${decoded.guessed}`);
  return decoded.text;
}
