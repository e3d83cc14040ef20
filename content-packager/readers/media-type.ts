import type { CourseFileKind } from './course.ts';

/** What is known about a file from its name: media type, role, and how to recognise its first bytes. */
export interface KnownType {
  readonly type: string;
  readonly kind: CourseFileKind;
  /** Text compresses; media is stored as it is. */
  readonly compressible: boolean;
  readonly matches: (head: Uint8Array) => boolean;
}

const ascii = (head: Uint8Array, at: number, text: string): boolean => {
  for (let index = 0; index < text.length; index++) if (head[at + index] !== text.charCodeAt(index)) return false;
  return true;
};
const bytes =
  (...expected: readonly number[]) =>
  (head: Uint8Array): boolean =>
    expected.every((byte, index) => head[index] === byte);
const isIsoMedia = (head: Uint8Array): boolean => ascii(head, 4, 'ftyp');
const isMp3 = (head: Uint8Array): boolean =>
  ascii(head, 0, 'ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0);
const isText = (head: Uint8Array): boolean => {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  // A NUL somewhere at the start is what tells data from text.
  return !head.subarray(0, 512).includes(0);
};
const isVtt = (head: Uint8Array): boolean =>
  ascii(head, 0, 'WEBVTT') || (bytes(0xef, 0xbb, 0xbf)(head) && ascii(head, 3, 'WEBVTT'));
// ISO 32000-1, Annex H.3.4.1: viewers accept the header anywhere in the first 1,024 bytes.
const hasPdfHeader = (head: Uint8Array): boolean => {
  for (let at = 0; at < 1024; at++) if (ascii(head, at, '%PDF-')) return true;
  return false;
};
const isSfnt = (head: Uint8Array): boolean =>
  ascii(head, 0, 'OTTO') || ascii(head, 0, 'true') || ascii(head, 0, 'ttcf') || bytes(0, 1, 0, 0)(head);

const media = (type: string, kind: CourseFileKind, matches: (head: Uint8Array) => boolean): KnownType => ({
  type,
  kind,
  compressible: false,
  matches,
});
const text = (type: string, kind: CourseFileKind, matches = isText): KnownType => ({
  type,
  kind,
  compressible: true,
  matches,
});

/** Media type of a Word document. */
export const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const TYPES: ReadonlyMap<string, KnownType> = new Map([
  ['md', text('text/markdown', 'page')],
  ['markdown', text('text/markdown', 'page')],
  ['html', text('text/html', 'page')],
  ['htm', text('text/html', 'page')],
  ['xhtml', text('application/xhtml+xml', 'page')],
  ['txt', text('text/plain', 'page')],
  ['docx', media(WORD_TYPE, 'page', bytes(0x50, 0x4b, 0x03, 0x04))],
  ['css', text('text/css', 'resource')],
  ['svg', text('image/svg+xml', 'resource')],
  ['vtt', text('text/vtt', 'resource', isVtt)],
  ['srt', text('application/x-subrip', 'resource')],
  ['png', media('image/png', 'resource', bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))],
  ['jpg', media('image/jpeg', 'resource', bytes(0xff, 0xd8, 0xff))],
  ['jpeg', media('image/jpeg', 'resource', bytes(0xff, 0xd8, 0xff))],
  ['gif', media('image/gif', 'resource', (head) => ascii(head, 0, 'GIF8'))],
  ['webp', media('image/webp', 'resource', (head) => ascii(head, 0, 'RIFF') && ascii(head, 8, 'WEBP'))],
  ['avif', media('image/avif', 'resource', isIsoMedia)],
  ['mp4', media('video/mp4', 'video', isIsoMedia)],
  ['m4v', media('video/mp4', 'video', isIsoMedia)],
  ['webm', media('video/webm', 'video', bytes(0x1a, 0x45, 0xdf, 0xa3))],
  ['ogv', media('video/ogg', 'video', (head) => ascii(head, 0, 'OggS'))],
  ['mp3', media('audio/mpeg', 'audio', isMp3)],
  ['m4a', media('audio/mp4', 'audio', isIsoMedia)],
  ['ogg', media('audio/ogg', 'audio', (head) => ascii(head, 0, 'OggS'))],
  ['oga', media('audio/ogg', 'audio', (head) => ascii(head, 0, 'OggS'))],
  ['opus', media('audio/ogg', 'audio', (head) => ascii(head, 0, 'OggS'))],
  ['wav', media('audio/wav', 'audio', (head) => ascii(head, 0, 'RIFF') && ascii(head, 8, 'WAVE'))],
  ['flac', media('audio/flac', 'audio', (head) => ascii(head, 0, 'fLaC') || ascii(head, 0, 'ID3'))],
  ['aac', media('audio/aac', 'audio', isMp3)],
  ['woff', media('font/woff', 'resource', (head) => ascii(head, 0, 'wOFF'))],
  ['woff2', media('font/woff2', 'resource', (head) => ascii(head, 0, 'wOF2'))],
  ['otf', media('font/otf', 'resource', isSfnt)],
  ['ttf', media('font/ttf', 'resource', isSfnt)],
  ['pdf', media('application/pdf', 'pdf', hasPdfHeader)],
]);

/** What the extension of a path promises, or undefined for a type that a module cannot carry. */
export function typeOfName(path: string): KnownType | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? undefined : TYPES.get(name.slice(dot + 1).toLowerCase());
}

/** The same by media type, for packages that name their files without an extension. */
export function typeOfMediaType(type: string): KnownType | undefined {
  for (const known of TYPES.values()) if (known.type === type) return known;
  return undefined;
}

/**
 * What a file is by its first bytes, when that is what it was called or of the same family: a JPEG that somebody named
 * `.png` is a picture all the same. Undefined for everything that lies about more than that.
 */
export function trueType(called: KnownType, head: Uint8Array): KnownType | undefined {
  if (called.matches(head)) return called;
  const family = FAMILIES.find((types) => types.includes(called.type)) ?? [];
  return family.flatMap((type) => typeOfMediaType(type) ?? []).find((known) => known.matches(head));
}

/** Types that a browser shows by their bytes, whatever their names are. */
const FAMILIES: readonly (readonly string[])[] = [
  ['image/png', 'image/jpeg', 'image/gif', 'image/webp'],
  ['font/woff', 'font/woff2', 'font/otf', 'font/ttf'],
];

/** Whether content of this media type is worth deflating in the bundle. */
export function isCompressible(type: string): boolean {
  return type.startsWith('text/') || type === 'image/svg+xml' || type.endsWith('+json') || type === 'application/json';
}
