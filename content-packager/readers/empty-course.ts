import type { Report, ReportCode } from './course.ts';
import { ReaderError } from './reader-error.ts';

const SHOWN = 3;
/** Material that is there and visible, but of a kind that a module cannot have. */
const OF_NO_KIND: ReadonlySet<ReportCode> = new Set([
  'QUIZ_NOT_TAKEN',
  'QUESTION_NOT_TAKEN',
  'ACTIVITY_NOT_TAKEN',
  'ONLINE_TOOL',
]);

/**
 * The refusal of an input of which nothing is left to open, with the first of what was left out and why. `advice` is
 * what to do when nothing better follows from what was left out.
 */
export function nothingToOpen(file: string, report: Report, advice: string): ReaderError {
  const all = report.entries();
  // What the computer put there is no reason; what a tutor made and cannot be taken over is.
  const entries = [...all].sort((a, b) => Number(a.code === 'HIDDEN_FILE') - Number(b.code === 'HIDDEN_FILE'));
  const shown = entries.slice(0, SHOWN).map((entry) => `${entry.file}: ${entry.detail}`);
  const more = entries.length > SHOWN ? [`and ${entries.length - SHOWN} more`] : [];
  const why = entries.length === 0 ? '' : ` (left out: ${[...shown, ...more].join('; ')})`;
  const cannotBe = all.some(({ code }) => OF_NO_KIND.has(code)) && !all.some(({ code }) => code === 'HIDDEN_ITEM');
  return new ReaderError({
    code: 'EMPTY',
    file,
    problem: `holds nothing that a learner could open${why}`,
    advice: cannotBe ? 'Replace what was left out by pages, assignments or questions of another kind.' : advice,
  });
}
