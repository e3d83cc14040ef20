import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { bytesSource } from '../readers/byte-source.ts';
import { makeFolder, makePdf, type TestFolder, TINY } from '../readers/test-input.ts';
import { checkInput } from './check-course.ts';
import { codecsNotPlayed } from './codec.ts';
import { contrastOf, readColour } from './contrast.ts';
import { licencesIn } from './licence.ts';

let folder: TestFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

const page = (body: string): string =>
  `<!doctype html>\n<html lang="en"><head><title>T</title></head>\n<body>\n<h1>T</h1>\n${body}\n</body></html>`;

async function findingsOf(files: Readonly<Record<string, string | Uint8Array>>) {
  folder = await makeFolder(files);
  const { findings } = await checkInput(folder.path, {});
  return findings.map(({ file, line, code, severity }) => [file, line, code, severity]);
}

test.each([
  ['a picture without text', '<p>\n<img src="a.png"></p>', 6, 'IMAGE_WITHOUT_TEXT'],
  ['a picture whose text is its name', '<img src="a.png" alt="a.png">', 5, 'IMAGE_TEXT_IS_NAME'],
  ['a heading that skips a level', '<h2>A</h2>\n<h4>B</h4>', 6, 'HEADING_SKIPPED'],
  ['a heading without words', '<h2> </h2>', 5, 'HEADING_EMPTY'],
  [
    'a table without headers',
    '<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>',
    5,
    'TABLE_WITHOUT_HEADERS',
  ],
  ['a link that says nothing', '<a href="b.html">click here</a>', 5, 'LINK_TEXT_UNCLEAR'],
  ['pale letters', '<p style="color:#999">pale</p>', 5, 'LOW_CONTRAST'],
  [
    'white letters on a pale ground',
    '<div style="background:#eee"><span style="color:white">w</span></div>',
    5,
    'LOW_CONTRAST',
  ],
  ['text that is moved about', '<div style="position:absolute">over there</div>', 5, 'READING_ORDER'],
  ['a link to the internet', '<a href="https://example.org/">Example</a>', 5, 'EXTERNAL_LINK'],
  ['a script', '<script>x()</script>', 5, 'SCRIPT_REMOVED'],
])('finds %s, with its line', async (_, body, line, code) => {
  const found = await findingsOf({ 'a.html': page(body), 'b.html': page(''), 'a.png': TINY.png });
  expect(found.filter(([, , , severity]) => severity === 'problem')).toEqual([['a.html', line, code, 'problem']]);
});

test('finds open questions that would lose an answer, with their line', async () => {
  const question = (meta: string, text: string) => `\n\`\`\`question ${meta}\n${text}\n\`\`\`\n`;
  const found = await findingsOf({
    'a.md': `# A\n${question('id=plan', 'Why?')}${question('id=plan', 'How?')}${question('', ' ')}${question('room=3', 'When?')}CC BY 4.0`,
    'b.md': `---\nid: a\n---\n# B\n${question('', 'Who?')}`,
  });
  expect(found.filter(([, , , severity]) => severity === 'problem')).toEqual([
    ['a.md', 7, 'QUESTION_ID_TWICE', 'problem'],
    ['a.md', 11, 'QUESTION_EMPTY', 'problem'],
    ['a.md', 15, 'QUESTION_SETTING', 'problem'],
    ['b.md', undefined, 'ASSIGNMENT_ID_TWICE', 'problem'],
  ]);
});

test('finds nothing in a page that is well made', async () => {
  const body =
    '<h2>A</h2><p style="color:#333">dark</p><img src="a.png" alt="A desk"><img src="a.png" alt=""><table><tr><th>x</th><th>y</th></tr><tr><td>1</td><td>2</td></tr></table><a href="b.html">The second page</a><p>CC BY 4.0</p>';
  expect(await findingsOf({ 'a.html': page(body), 'b.html': page(''), 'a.png': TINY.png })).toEqual([]);
});

test('a film wants captions, and has them when they lie beside it', async () => {
  const film = TINY.webm;
  const bare = await findingsOf({ 'film.webm': film });
  expect(bare.map(([, , code]) => code)).toContain('VIDEO_WITHOUT_CAPTIONS');
  await folder?.remove();
  const captions = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n';
  expect((await findingsOf({ 'film.webm': film, 'film.en.vtt': captions })).map(([, , code]) => code)).not.toContain(
    'VIDEO_WITHOUT_CAPTIONS',
  );
});

test('names codecs that the laptop does not play', async () => {
  const mp4 = (entry: string) =>
    bytesSource(new TextEncoder().encode(`....ftypisom....stsd${'x'.repeat(12)}${entry}....`));
  expect(await codecsNotPlayed(mp4('hvc1'), 'video/mp4')).toEqual(['hvc1']);
  expect(await codecsNotPlayed(mp4('avc1'), 'video/mp4')).toEqual([]);
  const webm = (id: string) => bytesSource(new TextEncoder().encode(`\x1aEß£....${id}....`));
  expect(await codecsNotPlayed(webm('V_THEORA'), 'video/webm')).toEqual(['V_THEORA']);
  expect(await codecsNotPlayed(webm('V_VP9'), 'video/webm')).toEqual([]);
});

test('reckons contrast as WCAG does', () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBe(21);
  expect(contrastOf([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  expect(readColour('#abc')).toEqual([170, 187, 204]);
  expect(readColour('transparent')).toBeUndefined();
});

test('reads licences as they stand', () => {
  expect(licencesIn('Text under CC BY-SA 4.0. © 2024 A. Author')).toEqual(['CC BY-SA 4.0', '© 2024 A. Author']);
});

test('a real cartridge: pictures, links and missing files, each in its own page', async () => {
  const path = resolve(import.meta.dirname, '../../../shared/samples/imscc/allyworkshop.imscc');
  if (!existsSync(path)) throw new Error('missing: shared/samples/imscc/allyworkshop.imscc, which this test reads');
  const { findings, title } = await checkInput(join(path), {});
  expect(title).toBe('Ally: Accessibility Workshop');
  const codes = new Set(findings.map((finding) => finding.code));
  for (const code of [
    'EXTERNAL_LINK',
    'MISSING_TARGET',
    'IMAGE_WITHOUT_TEXT',
    'UNKNOWN_TYPE',
    'LINK_TEXT_UNCLEAR',
  ] as const)
    expect(codes).toContain(code);
  const problem = findings.find((finding) => finding.code === 'IMAGE_WITHOUT_TEXT');
  expect(problem).toMatchObject({ file: 'wiki_content/what-is-ally.html', line: 62, count: 2 });
});

test('names the one page of a PDF that cannot be read', async () => {
  const whole = Buffer.from(makePdf(['One', 'Two', 'Three'])).toString('latin1');
  const text = 'BT /F1 12 Tf 72 720 Td (Two) Tj ET';
  // Says that it is packed, and is not
  const broken = whole.replace(`<< /Length ${text.length} >>\nstream\n${text}`, () => {
    const packed = `\x78\x9c${'\xff'.repeat(text.length - 2)}`;
    return `<< /Length ${text.length} /Filter /FlateDecode >>\nstream\n${packed}`;
  });
  expect(broken).not.toBe(whole);
  folder = await makeFolder({
    'a.pdf': new Uint8Array(Buffer.from(broken, 'latin1')),
    'b.pdf': makePdf(['One', 'Two']),
  });
  const { findings } = await checkInput(folder.path, {});
  expect(findings.filter(({ code }) => code === 'PDF_PAGE')).toMatchObject([
    { file: 'a.pdf', severity: 'problem', detail: expect.stringContaining('page 2') },
  ]);
});
