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

/** One file of a tar to be made. `type` is the type flag, a plain file when absent. */
export interface TarPart {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
}

/** A ustar archive of these parts, in order. */
export function makeTar(parts: readonly TarPart[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    const bytes = typeof part.content === 'string' ? Buffer.from(part.content) : part.content;
    const header = Buffer.alloc(512);
    header.write(part.name, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(part.type ?? '0', 156);
    header.write(part.link ?? '', 157);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    pieces.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...pieces, Buffer.alloc(1024)]);
}

/**
 * A PDF with one line of text a page, in the order given; `catalog` is put into its catalogue, and `extra` are further
 * objects from number 4 + 2 × pages on. Page n is object 2 + 2n.
 */
export function makePdf(pages: readonly string[], catalog = '', extra: readonly string[] = []): Uint8Array {
  const objects: string[] = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  for (const [index, line] of pages.entries()) {
    const text = line === '' ? '' : `BT /F1 12 Tf 72 720 Td (${line.replace(/[\\()]/g, '\\$&')}) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    );
  }
  objects.push(...extra);
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(file, 'latin1'));
}

/** A small EPUB; `extra` adds or replaces parts, `metadata`, `manifest` and `spine` are XML put into the package file. */
export function makeEpub(
  options: {
    extra?: Readonly<Record<string, string | Uint8Array>>;
    metadata?: string;
    manifest?: string;
    spine?: string;
    spineAttributes?: string;
    packageAttributes?: string;
  } = {},
): Uint8Array {
  const parts: Record<string, string | Uint8Array> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OPS/book.opf': `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" ${options.packageAttributes ?? ''}><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title><dc:language>nl</dc:language><meta property="dcterms:modified">2020-02-03T04:05:06Z</meta>${options.metadata ?? ''}</metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>${options.manifest ?? ''}</manifest><spine ${options.spineAttributes ?? ''}><itemref idref="one"/>${options.spine ?? ''}</spine></package>`,
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
