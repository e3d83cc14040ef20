/**
 * Turns SubRip captions into WebVTT: the header, dots in the times, and only the few tags that both know. Cue settings
 * such as `X1:…` and font tags go. Text that is no cue is left out.
 */
export function subripToWebvtt(source: string): string {
  const blocks = source
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  const cues = blocks.flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    const text = lines.slice(at + 1).map(plainCue);
    if (times === null || text.length === 0) return [];
    return [`${time(times, 1)} --> ${time(times, 5)}\n${text.join('\n')}`];
  });
  return `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

const TIMES = /^\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})/;

function time(match: RegExpExecArray, from: number): string {
  const part = (index: number, length: number): string => (match[from + index] ?? '0').padStart(length, '0');
  return `${part(0, 2)}:${part(1, 2)}:${part(2, 2)}.${(match[from + 3] ?? '0').padEnd(3, '0')}`;
}

function plainCue(line: string): string {
  return line
    .replace(/\{\\[^}]*\}/g, '')
    .replace(/<(?!\/?[biu]>)\/?[a-z][^>]*>/gi, '')
    .replaceAll('-->', '→')
    .replace(/&(?!amp;|lt;|gt;|nbsp;|lrm;|rlm;)/g, '&amp;')
    .replace(/<(?!\/?[biu]>)/gi, '&lt;');
}
