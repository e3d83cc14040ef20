import type { JsonValue } from '#core/json/json-value.ts';
import type { ReportCode, ReportEntry } from '../readers/course.ts';

const WORDS: Readonly<Record<ReportCode, string>> = {
  SCRIPT_REMOVED: 'scripts left out (they do not run in a module)',
  HANDLER_REMOVED: 'script handlers left out',
  FRAME_REMOVED: 'frames and embedded objects left out',
  FORM_REMOVED: 'forms left out (make an assignment instead)',
  ELEMENT_REMOVED: 'elements left out, their text kept',
  EXTERNAL_LINK: 'links to the internet became plain text',
  EXTERNAL_RESOURCE: 'pictures or files on the internet left out',
  UNSAFE_ADDRESS: 'unsafe addresses left out',
  MISSING_TARGET: 'links to files that are not there became plain text',
  STYLE_REMOVED: 'style rules that reach outside left out',
  UNKNOWN_TYPE: 'files of a kind that cannot be shown left out',
  WRONG_TYPE: 'files that are not what their name says left out',
  HIDDEN_FILE: 'hidden files left out',
  SYMLINK: 'links in the folder not followed',
  MEDIA_OVERLAY: 'read-aloud timing left out',
  OBFUSCATED_FONT: 'scrambled fonts left out',
  ENCODING_GUESSED: 'files not in UTF-8, encoding guessed',
  NOT_IN_PACKAGE: 'files that are no part of the book left out',
  NOT_LINKED: 'pictures taken along although no page shows them',
  SPINE_ITEM_SKIPPED: 'parts of the reading order that cannot be shown',
  PDF_SCRIPT: 'scripts in a PDF, which will not run',
};

const SHOWN_PER_KIND = 5;

/** The report for people: one paragraph a kind, with the first few files. `--json` has all of them. */
export function reportText(report: readonly ReportEntry[]): string[] {
  if (report.length === 0) return ['Everything was taken over.'];
  const kinds = new Map<ReportCode, ReportEntry[]>();
  for (const entry of report) kinds.set(entry.code, [...(kinds.get(entry.code) ?? []), entry]);
  const lines = ['Not taken over as it stood:'];
  for (const [code, entries] of kinds) {
    const total = entries.reduce((sum, entry) => sum + entry.count, 0);
    lines.push(`  ${total} × ${WORDS[code]}`);
    for (const entry of entries.slice(0, SHOWN_PER_KIND))
      lines.push(`      ${entry.file}: ${entry.detail}${entry.count > 1 ? ` (${entry.count} times)` : ''}`);
    if (entries.length > SHOWN_PER_KIND)
      lines.push(`      … and ${entries.length - SHOWN_PER_KIND} more (all with --json)`);
  }
  return lines;
}

/** The report for scripts. */
export function reportData(report: readonly ReportEntry[]): JsonValue {
  return report.map(({ file, code, detail, count }) => ({ file, code, detail, count }));
}
