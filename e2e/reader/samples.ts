import { resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { runProgram, samples } from '../support/processes.ts';
import type { Reader } from '../support/reader.ts';

/** A sample, the id of its module, and words that stand on its first page or on the part that is named. */
interface Sample {
  readonly id: string;
  readonly file: string;
  readonly part?: string | RegExp;
  readonly words: string | RegExp;
  readonly scripts?: boolean;
}

/** Every sample that can be read. */
export const sampleFiles: readonly Sample[] = [
  { id: 'moby-dick', file: 'epub/moby-dick.epub', part: /Loomings/, words: /Call me Ishmael/ },
  { id: 'algebra', file: 'epub/linear-algebra.epub', part: /What is Linear Algebra/, words: /linear/i },
  { id: 'children', file: 'epub/childrens-literature.epub', words: /Children/ },
  {
    id: 'arabic',
    file: 'epub/regime-anticancer-arabic.epub',
    part: 'Commencer la lecture',
    words: /\p{Script=Arabic}/u,
  },
  { id: 'free-culture', file: 'pdf/freeculture.pdf', words: /free culture/i },
  { id: 'tracemonkey', file: 'pdf/tracemonkey.pdf', words: /Trace-based/ },
  { id: 'ally', file: 'imscc/allyworkshop.imscc', words: /accessibility/i },
  { id: 'questions', file: 'imscc/all-question-types.imscc', words: /question/i },
  { id: 'gem', file: 'imscc/gem-course.imscc', words: /./ },
  { id: 'true-false', file: 'h5p/true-false.h5p', words: /True/, scripts: true },
  { id: 'comments', file: 'docx/comments.docx', words: /Ouch/ },
  { id: 'endnotes', file: 'docx/endnotes.docx', words: /Ouch/ },
  { id: 'footnotes', file: 'docx/footnotes.docx', words: /Ouch/ },
  { id: 'list', file: 'docx/simple-list.docx', words: /Apple/ },
  { id: 'tables', file: 'docx/tables.docx', words: /Top left/ },
  { id: 'python', file: 'openstax-python', part: /Background/, words: /computer/ },
];

/** Each sample opens in the reader with its words on the screen. */
export function sampleTests(reader: () => Reader): void {
  for (const { id, file, part, words } of sampleFiles) {
    test(`${file} opens in the reader`, async () => {
      const { page, open, openPart, frame, picture } = reader();
      await (part === undefined ? open(id) : openPart(id, part));
      const places = [page.locator('main'), frame().locator('body'), frame().frameLocator('iframe').locator('body')];
      await expect
        .poll(async () => {
          const texts = await Promise.all(
            places.map(async (place) => ((await place.count()) > 0 ? place.textContent() : '')),
          );
          return texts.join('\n');
        })
        .toMatch(words);
      await picture(id);
    });
  }

  for (const file of ['valid-signed.wacz', 'invalid-signed.wacz']) {
    test(`${file} is refused as a format that is not taken yet`, async () => {
      const ended = runProgram('leeslicht', ['pack', resolve(samples, 'wacz', file), '-o', '/dev/null']);
      expect(ended.status).not.toBe(0);
      expect(ended.stderr).toMatch(/web archive|not taken yet/i);
    });
  }
}
