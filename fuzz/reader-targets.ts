import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { parseLine } from '../content-packager/cli/arguments.ts';
import { COMMANDS } from '../content-packager/cli/main.ts';
import { sanitizeCss } from '../content-packager/readers/css.ts';
import { readCourse } from '../content-packager/readers/read-course.ts';
import { subripToWebvtt } from '../content-packager/readers/subrip.ts';
import { parseXml } from '../content-packager/readers/xml.ts';
import type { Target } from './target.ts';

const MAX_PARTS = 64;

/** Packs one file, or a folder of them, as `leeslicht pack` reads it. */
async function readFiles(files: ReadonlyMap<string, Uint8Array>, only?: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'leeslicht-fuzz-'));
  try {
    for (const [name, content] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    const course = await readCourse(only === undefined ? folder : join(folder, only), {
      language: 'nl',
      allowScripts: true,
    });
    await course.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One file by itself. */
const single = (name: string, file: string, words: readonly string[]): Target => ({
  name,
  errors: ['ReaderError'],
  words,
  run: (bytes) => readFiles(new Map([[file, bytes]]), file),
});

/** A folder written as one text, `=== path` before every file, so that what archives hold is reached behind their compression. */
const folder = (name: string, words: readonly string[]): Target => ({
  name,
  errors: ['ReaderError'],
  words: ['\n=== ', ...words],
  run: (bytes) => readFiles(partsOf(bytes)),
});

function partsOf(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const part of Buffer.from(bytes).toString('latin1').split(/^=== /m).slice(1, MAX_PARTS)) {
    const end = part.indexOf('\n');
    const path = normalize(part.slice(0, end).trim());
    // A file system refuses these itself; in archives such names are what the archive's own target tries.
    const isPath = /^[\w][\w ./-]{0,100}$/.test(path) && !path.includes('..') && !path.endsWith('/');
    const isFree = [...parts.keys()].every((other) => !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`));
    if (end > 0 && isPath && isFree) parts.set(path, Buffer.from(part.slice(end + 1), 'latin1'));
  }
  return parts;
}

const text = (name: string, run: (source: string) => unknown, errors: readonly string[], words: readonly string[]) => ({
  name,
  errors,
  words,
  run: (bytes: Uint8Array) => run(new TextDecoder().decode(bytes)),
});

const HTML = [
  '<script>',
  '<svg>',
  '<math>',
  '<table>',
  '<template>',
  'onload=',
  'javascript:',
  'srcset=',
  '<style>',
  'data:',
];
const XML = ['<!DOCTYPE a [', '<!ENTITY b "c">', '&b;', '<![CDATA[', 'xmlns:x=', '<?xml encoding="utf-16"?>', '<a/>'];
const CSS = [
  'url(',
  '@import',
  '@media',
  '\\75 rl(',
  '/*',
  '*/',
  'expression(',
  'image-set(',
  '"',
  '}',
  ';',
  '!important',
];
const ZIP = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', '../../x', 'a.html'];

/** Every reader of course material, and the command line. */
export const readerTargets: readonly Target[] = [
  single('markdown', 'page.md', ['---\n', '```', '$$', '\\begin{', '![](', '| a |', '<div>', '> ', '[^1]', '\\frac{']),
  single('html', 'page.html', HTML),
  single('pdf', 'book.pdf', ['obj', 'endobj', 'stream', '/Pages', '/Kids', 'xref', 'trailer', '/Length 99', '/Filter']),
  single('zip', 'course.zip', ZIP),
  single('tar', 'course.tar', ['ustar', '0000644', '\0\0\0\0\0\0\0\0', '../']),
  single('word', 'essay.docx', ZIP),
  folder('svg', [...HTML, ...XML, '<use href=', '<foreignObject>', '<image xlink:href=', '<animate']),
  folder('captions', ['WEBVTT', ' --> ', '00:00:01,000', 'NOTE', 'STYLE', '<c.', '{\\an8}']),
  folder('quiz-document', ['"interactions"', '"format"', 'leeslicht-quiz-v1']),
  folder('epub', [...XML, ...HTML, '<itemref', '<item ', 'epub:type=', '<spine', 'rootfile', 'linear="no"']),
  folder('cartridge', [...XML, '<item ', '<resource ', '<file href=', 'identifierref=', '$IMS-CC-FILEBASE$']),
  folder('qti', [...XML, 'qti-choice-interaction', 'responseDeclaration', '<mapping', 'identifier=', 'cardinality=']),
  folder('moodle', [...XML, '<activity ', '<question ', '<answer ', '$@NULL@$', '@@PLUGINFILE@@', 'fraction']),
  folder('cnxml', [...XML, '<section', '<para', '<m:math', '<table', '<col:module', '<link target-id=']),
  text(
    'css',
    (source) =>
      sanitizeCss(
        source,
        (address) => address,
        () => undefined,
      ),
    [],
    CSS,
  ),
  text('subrip', subripToWebvtt, [], [' --> ', '00:00:01,000', '\n\n', '{\\', '<font', '&']),
  text('xml', (source) => parseXml(source, 'file.xml'), ['ReaderError'], XML),
  text(
    'command-line',
    (source) => parseLine(source.split('\n'), COMMANDS),
    ['UsageError'],
    ['\n--', '--json', '-h', '\nprogramme', '\npack', '=', '--no-'],
  ),
];
