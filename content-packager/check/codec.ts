import type { ByteSource } from '../readers/course.ts';

/** How far a film is searched for the name of its codec. */
const SEARCHED_BYTES = 64 * 1024 * 1024;
/** Sample entries of MP4 that Chromium plays without help of the system. */
const MP4_PLAYED = new Set([
  'avc1',
  'avc3',
  'av01',
  'vp08',
  'vp09',
  'mp4a',
  'Opus',
  'fLaC',
  'wvtt',
  'tx3g',
  'text',
  'tmcd',
  'mp4s',
  'rtp ',
]);
const WEBM_PLAYED = /^(?:V_VP8|V_VP9|V_AV1|V_MPEG4\/ISO\/AVC|A_VORBIS|A_OPUS|S_TEXT|D_WEBVTT)/;

/**
 * Codecs in a film or recording that a laptop in a cell does not play: empty when all are played, or when the file does
 * not tell. Reads MP4 sample entries, WebM codec ids and the first pages of Ogg.
 */
export async function codecsNotPlayed(source: ByteSource, type: string): Promise<readonly string[]> {
  const isMp4 = /mp4|m4a|quicktime/.test(type);
  const isWebm = type.includes('webm') || type.includes('matroska');
  const isOgg = type.includes('ogg');
  if (!isMp4 && !isWebm && !isOgg) return [];
  const found = new Set<string>();
  let carried = '';
  let searched = 0;
  for await (const piece of source.read()) {
    const text = carried + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    if (isMp4) for (const match of text.matchAll(/stsd[\s\S]{8}[\s\S]{4}([ -~]{4})/g)) found.add(match[1] ?? '');
    if (isWebm) for (const match of text.matchAll(/[VASD]_[A-Z0-9]{2,}(?:\/[A-Z0-9]+)*/g)) found.add(match[0]);
    if (isOgg) for (const name of oggCodecs(text)) found.add(name);
    searched += piece.byteLength;
    // Headers of WebM and Ogg stand at the beginning; an MP4 may keep them at its end.
    if (searched > (isMp4 ? SEARCHED_BYTES : 1024 * 1024)) break;
    carried = text.slice(-64);
  }
  const isPlayed = (name: string): boolean =>
    isMp4 ? MP4_PLAYED.has(name) : isWebm ? WEBM_PLAYED.test(name) : name !== 'theora';
  return [...found].filter((name) => !isPlayed(name));
}

function oggCodecs(text: string): string[] {
  const known: readonly (readonly [mark: string, name: string])[] = [
    ['\x80theora', 'theora'],
    ['\x01vorbis', 'vorbis'],
    ['OpusHead', 'opus'],
  ];
  return known.flatMap(([mark, name]) => (text.includes(mark) ? [name] : []));
}
