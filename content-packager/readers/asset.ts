import { bytesSource, readAll } from './byte-source.ts';
import type { ByteSource, CourseFile } from './course.ts';
import { sanitizeCss } from './css.ts';
import { HEAD_BYTES, type KnownType } from './media-type.ts';
import type { PageContext } from './page-context.ts';
import { styleAddress } from './page-references.ts';
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
  if (!known.matches(await readHead(source))) {
    report.add(path, 'WRONG_TYPE', `is not ${known.type} inside`);
    return undefined;
  }
  const named = title === undefined ? {} : { title };
  if (known.type === 'text/css' || known.type === 'image/svg+xml') {
    const text = await readText(source, context);
    const clean =
      known.type === 'text/css'
        ? sanitizeCss(text, styleAddress(context, href), (what) => report.add(path, 'STYLE_REMOVED', what))
        : cleanSvg(text, context);
    return { href, type: known.type, kind: 'resource', source: bytesSource(new TextEncoder().encode(clean)), ...named };
  }
  return { href, type: known.type, kind: known.kind, source, ...named };
}

/** Reads a text file whole, reporting an encoding that had to be guessed. */
export async function readText(source: ByteSource, context: Pick<PageContext, 'path' | 'report'>): Promise<string> {
  const decoded = decodeText(await readAll(source, MAX_TEXT_BYTES, context.path), context.path);
  if (decoded.guessed !== undefined) context.report.add(context.path, 'ENCODING_GUESSED', `read as ${decoded.guessed}`);
  return decoded.text;
}

async function readHead(source: ByteSource): Promise<Uint8Array> {
  for await (const piece of source.read()) return piece.subarray(0, HEAD_BYTES);
  return new Uint8Array();
}
