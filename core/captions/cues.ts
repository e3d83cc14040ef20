/** Words that are said in a film or sound, and when. */
export interface Cue {
  readonly startSeconds: number;
  /** Without marks; white space folded. */
  readonly text: string;
}

const TIMES = /^[ \t]*((?:\d+:)?\d\d:\d\d\.\d{3})[ \t]+-->[ \t]+((?:\d+:)?\d\d:\d\d\.\d{3})/;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&nbsp;', ' '],
  ['&lrm;', '\u200e'],
  ['&rlm;', '\u200f'],
]);

/** A cue's words without their marks: `<v Anna>R&amp;D` is `R&D`. */
export function plainCue(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES.get(entity) ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The cues of a WebVTT file that say something, in the order in which a browser keeps them. Never throws. */
export function readCues(webvtt: string): readonly Cue[] {
  const cues = webvtt
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .flatMap((block) => {
      const lines = block.split('\n');
      const at = lines.findIndex((line) => TIMES.test(line));
      const [, start = '', end = ''] = TIMES.exec(lines[at] ?? '') ?? [];
      const text = plainCue(lines.slice(at + 1).join('\n'));
      return start === '' || text === '' ? [] : [{ startSeconds: seconds(start), endSeconds: seconds(end), text }];
    });
  return cues
    .toSorted((a, b) => a.startSeconds - b.startSeconds || b.endSeconds - a.endSeconds)
    .map(({ startSeconds, text }) => ({ startSeconds, text }));
}

/** The cue that is so many units of text after the moment: the texts of cues, with a blank between two of them. */
export function cueAt(cues: readonly Cue[], fromSeconds: number, offset: number): Cue | undefined {
  let left = offset;
  for (const cue of cues) {
    // A moment in an address is rounded to the millisecond
    if (cue.startSeconds < fromSeconds - 0.001) continue;
    if (left <= cue.text.length) return cue;
    left -= cue.text.length + 1;
  }
  return undefined;
}

function seconds(time: string): number {
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
