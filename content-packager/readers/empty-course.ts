import type { Report } from './course.ts';
import { ReaderError } from './reader-error.ts';

const SHOWN = 3;

/** The refusal of an input of which nothing is left to open, with the first of what was left out and why. */
export function nothingToOpen(file: string, report: Report, advice: string): ReaderError {
  const entries = report.entries();
  const shown = entries.slice(0, SHOWN).map((entry) => `${entry.file}: ${entry.detail}`);
  const more = entries.length > SHOWN ? [`and ${entries.length - SHOWN} more`] : [];
  const why = entries.length === 0 ? '' : ` (left out: ${[...shown, ...more].join('; ')})`;
  return new ReaderError({ code: 'EMPTY', file, problem: `holds nothing that a learner could open${why}`, advice });
}
