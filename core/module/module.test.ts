import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { parseAssignment } from './assignment.ts';
import { CHUNK_BYTES, chunkLength, verifyChunk } from './chunk.ts';
import { checkHref } from './href.ts';
import { fileDigest, verifyLeaves } from './leaves.ts';
import { manifestKeys, parseManifest } from './manifest.ts';

const first = new Uint8Array(CHUNK_BYTES).fill(7);
const second = utf8('the end of the first file');
const page = utf8('<!doctype html><title>One</title>');

async function makeModule(): Promise<{ document: Record<string, unknown>; leaves: Uint8Array }> {
  const hashes = await Promise.all([first, second, page].map(async (bytes) => fromHex(await sha256Hex(bytes))));
  const leaves = concatBytes(...hashes);
  const video = await fileDigest(first.length + second.length, CHUNK_BYTES, leaves.subarray(0, 64));
  const html = await fileDigest(page.length, CHUNK_BYTES, leaves.subarray(64));
  const link = (href: string, type: string, length: number, digest: string, kind: string) => ({
    href,
    type,
    properties: { [manifestKeys.length]: length, [manifestKeys.digest]: digest, [manifestKeys.kind]: kind },
  });
  const document = {
    '@context': manifestKeys.context,
    metadata: {
      '@type': 'http://schema.org/Book',
      identifier: 'urn:leeslicht:module:maths/week-1',
      title: 'Week 1',
      language: 'nl-NL',
      modified: '2026-11-24T05:00:00Z',
      [manifestKeys.version]: '1.2.0',
    },
    links: [],
    readingOrder: [link('a/film.webm', 'video/webm', first.length + second.length, video, 'video')],
    resources: [link('a/page.html', 'text/html', page.length, html, 'page')],
    toc: [{ title: 'Film', href: 'a/film.webm', children: [{ title: 'Later' }] }],
    [manifestKeys.leaves]: { sha256: await sha256Hex(leaves), length: leaves.length },
  };
  return { document, leaves };
}

const encode = (document: unknown): Uint8Array => utf8(JSON.stringify(document));

test('a manifest leads to the hash of every chunk', async () => {
  const { document, leaves } = await makeModule();
  const manifest = parseManifest(encode(document));
  const table = await verifyLeaves(manifest, leaves);
  expect([manifest.courseId, manifest.moduleId, manifest.version]).toEqual(['maths', 'week-1', '1.2.0']);
  const [film, html] = manifest.files;
  if (!film || !html) throw new Error('two files were packed');
  expect([film.chunkCount, html.firstChunk]).toEqual([2, 2]);
  expect(await verifyChunk(second, table.leafOf(film, 1))).toEqual(second);
  expect(await verifyChunk(page, table.leafOf(html, 0))).toEqual(page);
  expect(chunkLength(film.sizeBytes, 1)).toBe(second.length);
  expect(() => table.leafOf(html, 1)).toThrow(RangeError);
});

test('refuses a chunk with one other bit, and one that is too long', async () => {
  const changed = second.slice();
  changed[3] = (changed[3] ?? 0) ^ 1;
  await expect(verifyChunk(changed, await sha256Hex(second))).rejects.toMatchObject({ code: 'CHUNK_MISMATCH' });
  const long = new Uint8Array(CHUNK_BYTES + 1);
  await expect(verifyChunk(long, await sha256Hex(long))).rejects.toMatchObject({ code: 'CHUNK_MISMATCH' });
});

test('refuses leaves that are changed, cut short, or swapped between files under a matching whole', async () => {
  const { document, leaves } = await makeModule();
  const manifest = parseManifest(encode(document));
  await expect(verifyLeaves(manifest, leaves.subarray(1))).rejects.toMatchObject({ code: 'LEAVES_LENGTH' });
  const swapped = concatBytes(leaves.subarray(32, 64), leaves.subarray(0, 32), leaves.subarray(64));
  await expect(verifyLeaves(manifest, swapped)).rejects.toMatchObject({ code: 'LEAVES_MISMATCH' });
  const other = { ...document, [manifestKeys.leaves]: { sha256: await sha256Hex(swapped), length: swapped.length } };
  await expect(verifyLeaves(parseManifest(encode(other)), swapped)).rejects.toMatchObject({ code: 'FILE_MISMATCH' });
});

test('refuses names that leave the module or that two file systems read differently', async () => {
  const bad = ['', '/a', '../a', 'a/../b', 'a//b', 'a\\b', './a', 'a?b', 'a#b', 'a%2e', 'a:b', 'a\u0000b', 'a /b'];
  for (const href of [...bad, 'e\u0301.html', '\ud800', 'x'.repeat(1025)]) {
    expect(() => checkHref(href), JSON.stringify(href)).toThrow(expect.objectContaining({ code: 'BAD_HREF' }));
  }
  expect(checkHref('EPUB/hoofdstuk één.xhtml')).toBe('EPUB/hoofdstuk één.xhtml');
  const { document } = await makeModule();
  const [link] = Array.isArray(document['readingOrder']) ? document['readingOrder'] : [];
  const twice = { ...document, resources: [{ ...link, href: 'A/FILM.webm' }] };
  expect(() => parseManifest(encode(twice))).toThrow(expect.objectContaining({ code: 'DUPLICATE_HREF' }));
});

test('answers any bytes with a manifest or a ModuleError, never with another error', async () => {
  const { document } = await makeModule();
  const good = encode(document);
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
      const bytes = good.slice();
      bytes[at] = value;
      try {
        parseManifest(bytes);
      } catch (error) {
        expect(error).toHaveProperty('name', 'ModuleError');
      }
    }),
    { numRuns: 500 },
  );
});

test('refuses a manifest that promises more than a module may hold, before anything is fetched for it', async () => {
  const { document } = await makeModule();
  const leaves = { sha256: '0'.repeat(64), length: 32 * 1024 * 1024 + 32 };
  expect(() => parseManifest(encode({ ...document, [manifestKeys.leaves]: leaves }))).toThrow(
    expect.objectContaining({ code: 'BAD_MANIFEST' }),
  );
});

test('the tutor’s own questions for a look back are read, and not more than five', async () => {
  const { document } = await makeModule();
  const asking = (questions: readonly string[]) => {
    const metadata: unknown = document['metadata'];
    return encode({ ...document, metadata: Object.assign({}, metadata, { [manifestKeys.reflection]: questions }) });
  };
  expect(parseManifest(encode(document)).reflection).toBeUndefined();
  expect(parseManifest(asking(['Wat weet je nu?'])).reflection).toEqual(['Wat weet je nu?']);
  expect(parseManifest(asking([])).reflection).toEqual([]);
  expect(() => parseManifest(asking(Array(6).fill('?')))).toThrow('reflection');
});

test('an answer sheet names each question once, in a way that a page can', () => {
  const sheet = (...ids: readonly string[]) =>
    encode({ id: 's', title: 'S', question: '', questions: ids.map((id) => ({ id, text: 'Why?', lines: 4 })) });
  expect(parseAssignment(sheet('plan', 'plan-2')).questions).toEqual([
    { id: 'plan', text: 'Why?', lines: 4 },
    { id: 'plan-2', text: 'Why?', lines: 4 },
  ]);
  expect(() => parseAssignment(sheet('plan', 'plan'))).toThrow('each id once');
  for (const id of ['', 'Plan', 'a b', 'a#b', '-a', 'x'.repeat(65)]) expect(() => parseAssignment(sheet(id))).toThrow();
  expect(() => parseAssignment(sheet())).toThrow('questions');
});
