import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAll } from './byte-source.ts';
import type { Course } from './course.ts';
import { readCourse } from './read-course.ts';

const SAMPLES = resolve(import.meta.dirname, '../../../shared/samples');
const present = existsSync(SAMPLES);

test.skipIf(present)(
  'SAMPLES MISSING: ../shared/samples is not there, the reader tests on real books do not run',
  () => {
    expect(present).toBe(false);
  },
);

describe.skipIf(!present)('real books of others', () => {
  test.each([
    ['moby-dick.epub', 'Moby-Dick', 'en-US', 144, 'ltr', 0],
    ['linear-algebra.epub', 'A First Course in Linear Algebra', 'en', 94, 'ltr', 10_000],
    ['childrens-literature.epub', "Children's Literature", 'en', 3, 'ltr', 0],
    ['regime-anticancer-arabic.epub', 'Le Vrai Régime anti-cancer', 'ar', 4, 'rtl', 0],
  ])(
    'reads %s with its order, contents, language and formulas',
    { timeout: 240_000 },
    async (name, title, language, pageCount, direction, formulas) => {
      const course = await readCourse(resolve(SAMPLES, 'epub', name), {});
      try {
        expect(course.title).toBe(title);
        expect(course.language).toBe(language);
        expect(course.direction).toBe(direction);
        expect(course.readingOrder.length).toBeGreaterThan(0);
        expect([...course.readingOrder, ...course.resources].filter((file) => file.kind === 'page')).toHaveLength(
          pageCount,
        );
        expect(course.toc.length).toBeGreaterThan(0);
        expect(await everyPageIsClean(course)).toBeGreaterThanOrEqual(formulas);
      } finally {
        await course.close();
      }
    },
  );

  test('keeps the direction of an Arabic page', async () => {
    const course = await readCourse(resolve(SAMPLES, 'epub/regime-anticancer-arabic.epub'), {});
    const page = course.readingOrder.at(-1);
    expect(page === undefined ? '' : await textOfFile(page)).toContain('<html lang="ar" dir="rtl">');
    await course.close();
  });

  test('reads the outline of a 352-page PDF', { timeout: 30_000 }, async () => {
    const course = await readCourse(resolve(SAMPLES, 'pdf/freeculture.pdf'), { language: 'en' });
    expect(course.readingOrder.map((file) => [file.href, file.type, file.kind])).toEqual([
      ['freeculture.pdf', 'application/pdf', 'pdf'],
    ]);
    expect(course.toc).toHaveLength(1);
  });

  test('reads a short paper without an outline', async () => {
    const course = await readCourse(resolve(SAMPLES, 'pdf/tracemonkey.pdf'), { language: 'en' });
    expect(course.readingOrder).toHaveLength(1);
  });
});

describe.skipIf(!present)('real courses and documents of others', () => {
  test.each([
    [
      'imscc/allyworkshop.imscc',
      'Ally: Accessibility Workshop',
      18,
      ['Part 1: Overview: Accessibility and ALLY', 'Files'],
    ],
    ['imscc/all-question-types.imscc', 'XavierSchool', 1, ['Quizzes']],
    ['imscc/gem-course.imscc', 'Canvas CC Gem Course', 3, ['Assignments']],
    ['openstax-python', 'Introduction to Python Programming', 115, ['Preface', '1. Statements', '15. Data Science']],
    ['docx/footnotes.docx', 'Footnotes', 1, ['Footnotes']],
    ['docx/endnotes.docx', 'Endnotes', 1, ['Endnotes']],
    ['docx/tables.docx', 'Tables', 1, ['Tables']],
    ['docx/simple-list.docx', 'Simple list', 1, ['Simple list']],
    ['docx/comments.docx', 'Comments', 1, ['Comments']],
  ])('reads %s without options', { timeout: 240_000 }, async (name, title, count, headings) => {
    const course = await readCourse(resolve(SAMPLES, name), {});
    try {
      expect(course.title).toBe(title);
      expect(course.readingOrder).toHaveLength(count);
      const tops = course.toc.map((entry) => entry.title);
      for (const heading of headings) expect(tops).toContain(heading);
      await everyPageIsClean(course);
    } finally {
      await course.close();
    }
  });

  test('takes notes of a Word file along and leaves its comments out, which the report says', async () => {
    const notes = await readCourse(resolve(SAMPLES, 'docx/footnotes.docx'), {});
    const [page] = notes.readingOrder;
    expect(page === undefined ? '' : await textOfFile(page)).toMatch(/<a href="#footnote-1"[^>]* role="doc-noteref">/);
    const comments = await readCourse(resolve(SAMPLES, 'docx/comments.docx'), {});
    expect(comments.report.map((entry) => entry.code)).toContain('COMMENT_REMOVED');
  });

  test.each([
    ['wacz/valid-signed.wacz', 'NOT_TAKEN_YET'],
    ['h5p/true-false.h5p', 'NEEDS_SCRIPTS'],
  ])('refuses %s with its reason', async (name, code) => {
    await expect(readCourse(resolve(SAMPLES, name), {})).rejects.toMatchObject({ name: 'ReaderError', code });
  });
});

async function textOfFile(file: Course['readingOrder'][number]): Promise<string> {
  return new TextDecoder().decode(await readAll(file.source, 64 * 1024 * 1024, file.href));
}

/** Checks every page of a course; answers how many formulas they hold. */
async function everyPageIsClean(course: Course): Promise<number> {
  let formulas = 0;
  const hrefs = new Set([...course.readingOrder, ...course.resources].map((file) => file.href));
  expect(hrefs.size).toBe(course.readingOrder.length + course.resources.length);
  for (const file of [...course.readingOrder, ...course.resources]) {
    if (file.kind !== 'page') continue;
    const html = await textOfFile(file);
    formulas += html.split('<math').length - 1;
    expect(html).toMatch(
      /^<!doctype html><html lang="[^"]+" dir="(ltr|rtl)"><head><meta charset="utf-8" \/><meta name="viewport"/,
    );
    expect(html).not.toMatch(/<(script|iframe|object|form|base)\b|\son[a-z]+=|javascript:/i);
    for (const [, address = ''] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) {
      if (address.startsWith('#')) continue;
      const target = new URL(address, `http://module/${file.href}`);
      expect(target.host).toBe('module');
      expect(hrefs.has(target.pathname.slice(1)), `${file.href} → ${address}`).toBe(true);
    }
  }
  return formulas;
}
