import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readAll } from '../byte-source.ts';
import { readCourse } from '../read-course.ts';
import { makeFolder } from '../test-input.ts';

const SAMPLES = resolve(import.meta.dirname, '../../../../shared/samples');
const allowScripts = true;
const page = '<!doctype html><title>x</title><script>parent.API</script>';

function scorm(options: { readonly version: string; readonly items: string; readonly resources: string }): string {
  return `<manifest identifier="m" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
    <metadata><schema>ADL SCORM</schema><schemaversion>${options.version}</schemaversion></metadata>
    <organizations default="o"><organization identifier="o"><title>First aid</title>${options.items}</organization></organizations>
    <resources>${options.resources}</resources></manifest>`;
}

async function read(files: Readonly<Record<string, string>>) {
  const folder = await makeFolder(files);
  try {
    return await readCourse(folder.path, { allowScripts });
  } finally {
    await folder.remove();
  }
}

test('takes the H5P sample whole, with the player that runs it, and without what only the editor needs', async () => {
  const course = await readCourse(resolve(SAMPLES, 'h5p/true-false.h5p'), { allowScripts });
  try {
    expect(course.readingOrder).toMatchObject([
      { href: 'leeslicht/h5p/index.html', kind: 'scripted', title: 'Hello World', scripted: { runtime: 'h5p' } },
    ]);
    const byName = new Map(course.resources.map((file) => [file.href, file]));
    expect(byName.get('H5P.TrueFalse-1.6/scripts/h5p-true-false.js')?.type).toBe('text/javascript');
    for (const name of ['main.bundle.js', 'frame.bundle.js', 'styles/h5p.css', 'start.js'])
      expect(byName.has(`leeslicht/h5p/${name}`), name).toBe(true);
    expect([...byName.keys()].filter((href) => href.startsWith('H5PEditor'))).toEqual([]);
  } finally {
    await course.close();
  }
});

function h5p(options: {
  readonly title?: string;
  readonly libraries: Readonly<Record<string, unknown>>;
}): Record<string, string> {
  const main = { machineName: 'H5P.X', majorVersion: '1', minorVersion: 0 };
  const { title, libraries } = options;
  return {
    'h5p.json': JSON.stringify({ title, mainLibrary: 'H5P.X', preloadedDependencies: [main] }),
    'content/content.json': '{}',
    ...Object.fromEntries(
      Object.entries(libraries).map(([folder, library]) => [`${folder}/library.json`, JSON.stringify(library)]),
    ),
  };
}

test('an H5P package without its main library is refused, and what its libraries lack is reported', async () => {
  await expect(read(h5p({ libraries: {} }))).rejects.toMatchObject({
    code: 'H5P_MALFORMED',
    file: 'H5P.X-1.0/library.json',
  });
  const gone = { machineName: 'H5P.Gone', majorVersion: 2, minorVersion: 1 };
  const course = await read(
    h5p({ libraries: { 'H5P.X-1.0': { preloadedJs: [{ path: 'x.js' }], preloadedDependencies: [gone] } } }),
  );
  expect(course.report.map(({ code, file }) => [code, file])).toEqual([
    ['MISSING_TARGET', 'H5P.X-1.0/x.js'],
    ['MISSING_TARGET', 'H5P.Gone-2.1/library.json'],
  ]);
});

test('an H5P package without its content is refused with a reason', async () => {
  const { 'h5p.json': description = '' } = h5p({ libraries: {} });
  await expect(read({ 'h5p.json': description })).rejects.toMatchObject({ code: 'H5P_MALFORMED' });
  await expect(read({ 'h5p.json': '{', 'content/content.json': '{}' })).rejects.toMatchObject({
    code: 'H5P_MALFORMED',
  });
  const cut = { ...h5p({ libraries: { 'H5P.X-1.0': {} } }), 'content/content.json': '{"question": "Wh' };
  await expect(read(cut)).rejects.toMatchObject({
    code: 'H5P_MALFORMED',
    message: expect.stringContaining('content/content.json'),
  });
});

test('a title cannot write into the page that starts the player', async () => {
  const title = '</title><script>alert(1)</script>';
  const course = await read(h5p({ title, libraries: { 'H5P.X-1.0': {} } }));
  const [entry] = course.readingOrder;
  const html = entry ? new TextDecoder().decode(await readAll(entry.source, 1e6, entry.href)) : '';
  expect(html).toContain('main.bundle.js');
  expect(html).not.toContain(title);
});

test.each([
  ['1.2', 'scorm12'],
  ['2004 3rd Edition', 'scorm2004'],
  ['CAM 1.3', 'scorm2004'],
])('SCORM %s: each item that starts something becomes a document, under its own name', async (version, runtime) => {
  const course = await read({
    'imsmanifest.xml': scorm({
      version,
      items: `<item><title>Part one</title><item identifierref="a" parameters="?lesson=1"><title>Bandage</title></item></item>
        <item identifierref="b"><title>Test</title></item>`,
      resources: `<resource identifier="a" type="webcontent" href="one/start.html?mode=x"/>
        <resource identifier="b" type="webcontent" href="test.html"/>`,
    }),
    'one/start.html': page,
    'test.html': page,
    'one/app.js': 'go()',
  });
  expect(course).toMatchObject({ title: 'First aid', toc: [{ title: 'Part one' }, { href: 'test.html' }] });
  expect(course.readingOrder).toMatchObject([
    {
      href: 'one/start.html',
      title: 'Bandage',
      kind: 'scripted',
      scripted: { runtime, parameters: 'mode=x&lesson=1' },
    },
    { href: 'test.html', title: 'Test', scripted: { runtime, parameters: '' } },
  ]);
  expect(course.resources).toMatchObject([{ href: 'one/app.js', type: 'text/javascript', kind: 'resource' }]);
});

test('a page that several items start with other parameters is a document of its own for each', async () => {
  const course = await read({
    'imsmanifest.xml': scorm({
      version: '1.2',
      items: `<item identifierref="a" parameters="?lesson=1"><title>One</title></item>
        <item identifierref="a" parameters="?lesson=2"><title>Two</title></item>
        <item identifierref="a" parameters="?lesson=2"><title>Two again</title></item>`,
      resources: '<resource identifier="a" type="webcontent" href="shared/launch.html"/>',
    }),
    'shared/launch.html': page,
    'shared/launch-2.html': 'another file',
  });
  expect(course.toc.map(({ href }) => href)).toEqual([
    'shared/launch.html',
    'shared/launch-3.html',
    'shared/launch-3.html',
  ]);
  expect(course.readingOrder).toMatchObject([
    { title: 'One', scripted: { parameters: 'lesson=1' } },
    { title: 'Two', scripted: { parameters: 'lesson=2' } },
  ]);
  expect(course.resources.map(({ href }) => href)).toEqual(['shared/launch-2.html']);
  expect(course.report).toEqual([]);
});

test('a SCORM package that starts nothing inside itself is refused', async () => {
  const items = '<item identifierref="a"><title>Out</title></item>';
  for (const href of ['../x.html', 'https://example.org/x.html', 'missing.html']) {
    const manifest = scorm({ version: '1.2', items, resources: `<resource identifier="a" href="${href}"/>` });
    await expect(read({ 'imsmanifest.xml': manifest }), href).rejects.toMatchObject({ code: 'SCORM_MALFORMED' });
  }
});

test('warns of scripts that ask synchronously, with their line, and of no others', async () => {
  const course = await read({
    'imsmanifest.xml': scorm({
      version: '1.2',
      items: '<item identifierref="a"><title>A</title></item>',
      resources: '<resource identifier="a" href="start.html"/>',
    }),
    'start.html': page,
    'fine.js': "request.open('GET', 'data.json', true);\nwindow.open('a', 'b');",
    'waits.js': "let a;\nrequest.open('GET', base + 'data.json', false);",
    'jquery-way.js': '$.ajax({url:u,async:!1})',
  });
  expect(course.report).toMatchObject([
    { file: 'jquery-way.js', code: 'SYNCHRONOUS_REQUEST', line: 1 },
    { file: 'waits.js', code: 'SYNCHRONOUS_REQUEST', line: 2 },
  ]);
});
