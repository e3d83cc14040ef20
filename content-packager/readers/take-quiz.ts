import type { Quiz } from '#core/quiz/quiz.ts';
import { readText } from './asset.ts';
import type { CourseFile, InputFile, Report } from './course.ts';
import type { PageContext } from './page-context.ts';
import type { MoodleBank } from './quiz/moodle-bank.ts';
import type { QtiFiles, QtiItemRef } from './quiz/qti-test.ts';
import { ReaderError } from './reader-error.ts';
import { parseXml, type XmlElement } from './xml.ts';

/** A quiz as it lies in a course: where, in which language of questions, and how its addresses resolve. */
export interface FoundQuiz {
  readonly kind: 'qti-1.2' | 'qti-2' | 'qti-3' | 'moodle';
  /** The file that holds the questions or, for QTI 2 and 3, the test or single item. */
  readonly file: InputFile;
  readonly title: string;
  /** HTML before the first question, still to be sanitised. */
  readonly introduction?: string;
  /** How often a learner may try; absent when the source does not say. */
  readonly maxAttempts?: number;
  readonly context: PageContext;
  /** Reads Moodle's `questions.xml`, where the questions of all quizzes of a backup lie. */
  readonly bank?: () => Promise<MoodleBank>;
  /** Resolves the addresses in one text of one Moodle question: its context, the area (`questiontext`), its id. */
  readonly questionAddress?: (contextId: string, area: string, itemId: string) => (address: string) => string;
  /** The package around a QTI 2 or 3 test, and the items where no test names them. */
  readonly package?: {
    fileAt(path: string): InputFile | undefined;
    contextAt(path: string): PageContext;
    readonly looseItems?: readonly QtiItemRef[];
  };
}

/**
 * Makes a quiz of the module (formats/quiz.md) out of one of the course. Questions that cannot be taken over are in the
 * report; undefined when none is left.
 */
export async function takeQuiz(found: FoundQuiz, report: Report): Promise<CourseFile | undefined> {
  const { quizFile } = await import('./quiz/quiz-file.ts');
  try {
    const quiz = await readQuiz(found, report);
    if (quiz !== undefined) return quizFile(found.context.href, quiz);
    report.add(found.file.path, 'QUIZ_NOT_TAKEN', found.title);
  } catch (error) {
    // One broken quiz costs itself, not the course.
    if (!(error instanceof ReaderError) || error.code === 'CHANGED_WHILE_READING') throw error;
    report.add(error.file, 'BROKEN_FILE', `${error.message}; ${error.advice}`);
  }
  return undefined;
}

async function readQuiz(found: FoundQuiz, report: Report): Promise<Quiz | undefined> {
  const [{ quizContext, toBody }, { htmlNodes }] = await Promise.all([
    import('./quiz/quiz-body.ts'),
    import('./quiz/source-node.ts'),
  ]);
  const { file, title, maxAttempts, introduction: html, context: page } = found;
  const context = quizContext(page);
  const xmlOf = async (one: InputFile): Promise<XmlElement> =>
    parseXml(await readText(one.source, { path: one.path, report }), one.path);
  const introduction = html === undefined ? [] : toBody(htmlNodes(html, file.path), context, () => undefined);
  const head = {
    id: file.path,
    title,
    language: page.language,
    ...(introduction.length === 0 ? {} : { introduction }),
    ...(maxAttempts === undefined || maxAttempts > 1000 ? {} : { maxAttempts }),
  };
  switch (found.kind) {
    case 'qti-1.2': {
      const { readQti12 } = await import('./quiz/qti12.ts');
      return readQti12(await xmlOf(file), context, head);
    }
    case 'moodle': {
      const { readMoodleQuiz } = await import('./quiz/moodle-quiz.ts');
      if (found.bank === undefined) return undefined;
      const bank = await found.bank();
      const contextOf = (questionId: string) => {
        const place = bank.questions.get(questionId)?.contextId ?? '';
        const address = found.questionAddress?.(place, 'questiontext', questionId);
        return address ? quizContext({ ...page, address }) : context;
      };
      return readMoodleQuiz(await xmlOf(file), bank, { head, context, contextOf });
    }
    case 'qti-2':
    case 'qti-3': {
      const { isQtiTest, readQtiItems, readQtiTest } = await import('./quiz/qti-test.ts');
      const files: QtiFiles = {
        xmlAt: async (path) => {
          const one = path === file.path ? file : found.package?.fileAt(path);
          return one && xmlOf(one);
        },
        contextAt: (path) => (found.package ? quizContext(found.package.contextAt(path)) : context),
      };
      if (found.package?.looseItems) return readQtiItems(found.package.looseItems, files, head, context);
      const root = await xmlOf(file);
      if (!isQtiTest(root)) return readQtiItems([{ id: '', path: file.path }], files, head, context);
      const test = await readQtiTest(root, file.path, files);
      const attempts = maxAttempts === undefined && test.maxAttempts > 0 ? { maxAttempts: test.maxAttempts } : {};
      for (const rule of test.left) report.add(file.path, 'QUIZ_CHANGED', rule);
      const order = test.shuffleItems ? { shuffleItems: true } : {};
      const named = { ...head, ...attempts, ...order, id: test.id || head.id, title: test.title || title };
      return readQtiItems(test.items, files, named, context);
    }
  }
}
