import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { centralDirectory, localHeader, type ZipEntry } from '../writer/zip-records.ts';
import { readAll } from './byte-source.ts';
import type { Course, CourseFile } from './course.ts';

/** A folder for one test, with files in it. */
export interface TestFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a folder with these files; texts are written as UTF-8. */
export async function makeFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'leeslicht-test-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** One file of a ZIP to be made, with whatever lie a test wants to tell about it. */
export interface ZipPart {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly deflate?: boolean;
  readonly claim?: Partial<ZipEntry>;
  /** Unix mode in the directory, such as 0o120777 for a link. */
  readonly mode?: number;
}

/** A ZIP of these parts, in order. */
export function makeZip(parts: readonly ZipPart[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const entries: ZipEntry[] = [];
  let offset = 0;
  for (const part of parts) {
    const bytes = typeof part.content === 'string' ? Buffer.from(part.content) : part.content;
    const body = part.deflate === true ? deflateRawSync(bytes) : bytes;
    const entry: ZipEntry = {
      name: part.name,
      method: part.deflate === true ? 'deflated' : 'stored',
      crc32: crc32(bytes),
      compressedBytes: body.length,
      sizeBytes: bytes.length,
      offset,
      ...part.claim,
    };
    const header = localHeader(entry);
    pieces.push(header, body);
    entries.push(entry);
    offset += header.length + body.length;
  }
  const directory = Buffer.from(centralDirectory(entries, offset));
  let at = 0;
  for (const part of parts) {
    if (part.mode !== undefined) directory.writeUInt32LE((part.mode << 16) >>> 0, at + 38);
    at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30);
  }
  return Buffer.concat([...pieces, directory]);
}

/** A small EPUB; `extra` adds or replaces parts, `metadata`, `manifest` and `spine` are XML put into the package file. */
export function makeEpub(
  options: {
    extra?: Readonly<Record<string, string | Uint8Array>>;
    metadata?: string;
    manifest?: string;
    spine?: string;
    spineAttributes?: string;
  } = {},
): Uint8Array {
  const parts: Record<string, string | Uint8Array> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OPS/book.opf': `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title><dc:language>nl</dc:language><meta property="dcterms:modified">2020-02-03T04:05:06Z</meta>${options.metadata ?? ''}</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>${options.manifest ?? ''}</manifest><spine ${options.spineAttributes ?? ''}><itemref idref="one"/>${options.spine ?? ''}</spine></package>`,
    'OPS/nav.xhtml': xhtml('<nav epub:type="toc"><ol><li><a href="one.xhtml#a">First</a></li></ol></nav>'),
    'OPS/one.xhtml': xhtml('<h1 id="a">One</h1><p>Text</p>'),
    ...options.extra,
  };
  return makeZip(Object.entries(parts).map(([name, content]) => ({ name, content, deflate: name !== 'mimetype' })));
}

/** An XHTML document around a body. */
export function xhtml(body: string, head = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Page</title>${head}</head><body>${body}</body></html>`;
}

/** A file of a course by its name, as text. */
export async function textOf(course: Course, href: string): Promise<string> {
  const file = [...course.readingOrder, ...course.resources].find((candidate: CourseFile) => candidate.href === href);
  if (file === undefined) throw new Error(`the course has no ${href}`);
  return new TextDecoder().decode(await readAll(file.source, 1e9, href));
}

/** The smallest bytes that pass for these types. */
export const TINY = {
  png: new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ),
  webm: new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 1, 2, 3]),
  mp3: new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0]),
} as const;
