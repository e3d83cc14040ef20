import { resolve } from 'node:path';
import type { CheckCode, CheckResult, Finding } from '../../check/finding.ts';
import type { ReportCode } from '../../readers/course.ts';
import { type Command, word } from '../command.ts';
import { sizeText } from '../progress.ts';
import { readOptions } from '../read-options.ts';
import { placeOf, REPORT_WORDS, type Words } from '../report-text.ts';

const CHECK_WORDS: Readonly<Record<CheckCode, Words>> = {
  IMAGE_WITHOUT_TEXT: {
    what: 'pictures without text for those who do not see them',
    advice: 'write what the picture says in alt="…", or alt="" when it only decorates',
  },
  IMAGE_TEXT_IS_NAME: { what: 'pictures whose text is a file name', advice: 'write what the picture says' },
  VIDEO_WITHOUT_CAPTIONS: {
    what: 'films without captions',
    advice: 'put a caption file beside the film: film.nl.vtt or film.nl.srt',
  },
  SOUND_WITHOUT_TEXT: { what: 'sound files', advice: 'write the words below it, for those who do not hear' },
  HEADING_SKIPPED: { what: 'headings that skip a level', advice: 'use h2 below h1, h3 below h2' },
  HEADING_EMPTY: { what: 'headings without words', advice: 'take them out or fill them' },
  TABLE_WITHOUT_HEADERS: { what: 'tables without header cells', advice: 'make the first row or column <th>' },
  LINK_TEXT_UNCLEAR: { what: 'links whose words do not say where they go', advice: 'name the page or file' },
  LOW_CONTRAST: { what: 'texts that are hard to see', advice: 'choose a darker colour: at least 4.5 to 1' },
  READING_ORDER: {
    what: 'parts that a screen reader meets in another order',
    advice: 'put the text in its place in the page itself',
  },
  CODEC_NOT_PLAYED: {
    what: 'films or recordings that the laptop does not play',
    advice: 'convert them: H.264 with AAC in mp4, or VP9 with Opus in webm',
  },
  LARGE_PICTURE: { what: 'pictures larger than 2 MB', advice: 'scale them to 2000 pixels' },
  LARGE_FILE: { what: 'files larger than 200 MB', advice: 'the first connection takes long; make films smaller' },
  PDF_NOT_TAGGED: { what: 'PDFs without tags: screen readers guess', advice: 'export as tagged PDF (PDF/UA)' },
  ASSIGNMENT_ID_TWICE: {
    what: 'assignments or answer sheets with the id of another: what is written would meet',
    advice: 'give each its own id in the block at the top',
  },
  LICENCE_NOT_NAMED: {
    what: 'no licence is named',
    advice: 'make sure that you may use it, and name the owner on a page',
  },
};
const WORDS: Readonly<Record<CheckCode | ReportCode, Words>> = { ...REPORT_WORDS, ...CHECK_WORDS };
const SHOWN_PER_KIND = 10;

/** What a finding means, and what a tutor can do about it. */
export function wordsOf(code: CheckCode | ReportCode): Words {
  return WORDS[code];
}

/** `leeslicht check INPUT` */
export const checkCommand: Command = {
  name: 'check',
  words: ['INPUT'],
  summary: 'Say what of a course will not work in a cell, without packing it',
  options: {
    title: { type: 'string' },
    language: { type: 'string' },
    'allow-scripts': { type: 'boolean' },
    'allow-fixed-layout': { type: 'boolean' },
  },
  optionHelp: {
    title: 'TEXT: title for the shelf; else what the input says',
    language: 'TAG: language such as nl or en; else what the input says, else en',
    'allow-scripts': 'look into H5P and SCORM too, which are refused otherwise',
    'allow-fixed-layout': 'look into an EPUB of fixed layout too, which is refused otherwise',
  },
  checking: true,
  async run(context) {
    const options = readOptions(context);
    const { checkInput } = await import('../../check/check-course.ts');
    const result = await checkInput(resolve(word(context, 0)), options);
    const problems = result.findings.filter((finding) => finding.severity === 'problem');
    return {
      good: problems.length === 0,
      data: {
        title: result.title,
        problems: problems.length,
        findings: result.findings.map((finding) => ({ ...finding, ...WORDS[finding.code] })),
        sizes: result.sizes.map((size) => ({ ...size })),
        licences: [...result.licences],
      },
      text: textOfResult(result, problems.length),
    };
  },
};

function textOfResult({ title, findings, sizes, licences }: CheckResult, problems: number): string {
  const notes = findings.length - problems;
  const lines = [`"${title}": ${problems} to look at, ${notes} to know.`];
  for (const [severity, heading] of [
    ['problem', 'A learner would miss this:'],
    ['note', 'Good to know:'],
  ] as const) {
    const own = findings.filter((finding) => finding.severity === severity);
    if (own.length > 0) lines.push('', heading, ...kindLines(own));
  }
  lines.push(
    '',
    'Size by folder:',
    ...sizes.map(({ folder, sizeBytes }) => `  ${folder.padEnd(30)} ${sizeText(sizeBytes)}`),
  );
  if (licences.length > 0) lines.push('', `Licences named: ${licences.slice(0, 12).join('; ')}`);
  return lines.join('\n');
}

function kindLines(findings: readonly Finding[]): string[] {
  const kinds = new Map<Finding['code'], Finding[]>();
  for (const finding of findings) kinds.set(finding.code, [...(kinds.get(finding.code) ?? []), finding]);
  return [...kinds].flatMap(([code, own]) => {
    const { what, advice } = WORDS[code];
    const total = own.reduce((sum, finding) => sum + finding.count, 0);
    const shown = own.slice(0, SHOWN_PER_KIND).map((finding) => {
      const times = finding.count > 1 ? ` (${finding.count} times)` : '';
      return `      ${placeOf(finding)}${finding.detail === '' ? '' : `: ${finding.detail}`}${times}`;
    });
    const rest =
      own.length > SHOWN_PER_KIND ? [`      … and ${own.length - SHOWN_PER_KIND} more (all with --json)`] : [];
    return [`  ${total} × ${what}. To do: ${advice}.`, ...shown, ...rest];
  });
}
