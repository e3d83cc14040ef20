import { resolve } from 'node:path';
import type { Identity, WantedIdentity } from '../../pack/pack-input.ts';
import { slugOf } from '../../readers/href.ts';
import { type Command, type CommandContext, textOption, word } from '../command.ts';
import { sizeText } from '../progress.ts';
import { readOptions } from '../read-options.ts';
import { reportData, reportText } from '../report-text.ts';
import { UsageError } from '../usage-error.ts';

/** `leeslicht pack INPUT -o OUT` */
export const packCommand: Command = {
  name: 'pack',
  words: ['INPUT'],
  summary: 'Turn a folder, a course from a learning platform, a book, document, sound or film into a module',
  options: {
    output: { type: 'string', short: 'o' },
    course: { type: 'string' },
    id: { type: 'string' },
    title: { type: 'string' },
    language: { type: 'string' },
    version: { type: 'string' },
    'allow-scripts': { type: 'boolean' },
    'allow-fixed-layout': { type: 'boolean' },
  },
  optionHelp: {
    output: 'FILE: where the module goes, usually NAME.leesmodule (-o)',
    course: 'ID: the course it belongs to; else as in course.yaml, else the same as --id',
    id: 'ID: name of the module, a-z 0-9 and hyphens; else as in course.yaml, else from the file name',
    title: 'TEXT: title for the shelf; else what the input says',
    language: 'TAG: language such as nl or en; else what the input says, else en',
    version: 'N.N.N: version; else as in course.yaml, else 1.0.0',
    'allow-scripts': 'take H5P and SCORM with their scripts; they run in a sandbox, where the licence allows it',
    'allow-fixed-layout': 'take an EPUB of fixed layout: its pages can be enlarged, but not set in other letters',
  },
  async run(context) {
    const input = resolve(word(context, 0));
    const output = textOption(context, 'output');
    if (output === undefined) throw new UsageError('the output is missing', 'Add -o NAME.leesmodule');
    const read = readOptions(context);
    // The HTML and Markdown parsers are only loaded by the command that needs them.
    const { packInput } = await import('../../pack/pack-input.ts');
    const { course, identity, packed } = await packInput(
      input,
      resolve(output),
      {
        read,
        wanted: wantedIdentity(context),
        check: checkedIdentity,
      },
      (work) => context.withProgress('Packing', work),
    );
    const { sizeBytes, contentBytes, fileCount, manifestSha256 } = packed;
    return {
      data: {
        output,
        ...identity,
        title: course.title,
        language: course.language,
        direction: course.direction,
        sizeBytes,
        contentBytes,
        fileCount,
        pages: course.readingOrder.length,
        manifestSha256,
        report: reportData(course.report),
      },
      text: [
        `${output}: "${course.title}" (${course.language}), ${identity.courseId}/${identity.moduleId} version ${identity.version}`,
        `${course.readingOrder.length} to open, ${fileCount} files, ${sizeText(sizeBytes)}.`,
        ...reportText(course.report),
      ].join('\n'),
    };
  },
};

function wantedIdentity(context: CommandContext): WantedIdentity {
  const [moduleId, courseId, version] = ['id', 'course', 'version'].map((name) => textOption(context, name));
  return {
    ...(moduleId === undefined ? {} : { moduleId }),
    ...(courseId === undefined ? {} : { courseId }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Throws UsageError for an identity that cannot be; `1` and `1.2` become versions of three numbers. */
export function checkedIdentity({ moduleId, courseId, version }: Identity): Identity {
  return {
    moduleId: checkedId(moduleId, '--id'),
    courseId: checkedId(courseId, '--course'),
    version: checkedVersion(version),
  };
}

function checkedId(id: string, option: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) return id;
  throw new UsageError(
    `"${id}" cannot be an id`,
    `Use lower-case letters, digits and hyphens: ${option} ${slugOf(id)}`,
  );
}

function checkedVersion(version: string): string {
  const full = /^\d+$/.test(version) ? `${version}.0.0` : /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
  if (/^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(full)) return full;
  throw new UsageError(`"${version}" is no version`, 'Use three numbers: --version 1.2.0');
}
