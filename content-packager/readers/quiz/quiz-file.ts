import { encodeQuiz, parseQuiz, QUIZ_TYPE, type Quiz, type QuizItem } from '#core/quiz/quiz.ts';
import { QuizError } from '#core/quiz/quiz-error.ts';
import { bytesSource } from '../byte-source.ts';
import type { CourseFile } from '../course.ts';
import { ReaderError } from '../reader-error.ts';
import type { QuizContext } from './quiz-body.ts';
import { QuizProblem } from './quiz-problem.ts';

/** A question that is still to be read; `name` is what the report calls it. */
export interface PendingItem {
  readonly id: string;
  readonly name: string;
  read(id: string): QuizItem;
}

/** What is said about a quiz beside its questions. */
export type QuizHead = Omit<Quiz, 'format' | 'items'>;

/**
 * Reads the questions one by one. One that cannot be taken over goes to the report and the others stay; undefined when
 * none is left.
 */
export function collectQuiz(head: QuizHead, pending: readonly PendingItem[], context: QuizContext): Quiz | undefined {
  const taken = new Set<string>();
  const items = pending.flatMap(({ id, name, read }) => {
    const own = uniqueId(id, taken);
    try {
      const item = read(own);
      // Each is proved alone, so that one bad question does not take the quiz with it.
      parseQuiz(encodeQuiz({ ...head, format: 'leeslicht-quiz-v1', items: [item] }));
      return [item];
    } catch (error) {
      if (!(error instanceof QuizProblem) && !(error instanceof QuizError) && !(error instanceof ReaderError))
        throw error;
      context.report.add(context.file, 'QUIZ_NOT_TAKEN', `question "${name}" ${error.message}`);
      return [];
    }
  });
  return items.length === 0 ? undefined : { ...head, format: 'leeslicht-quiz-v1', items };
}

/** The quiz as a file of the module. */
export function quizFile(href: string, quiz: Quiz): CourseFile {
  return { href, type: QUIZ_TYPE, kind: 'quiz', title: quiz.title, source: bytesSource(encodeQuiz(quiz)) };
}

/** An id that formats/quiz.md 1.2 allows, made from whatever the source uses. */
export function safeQuizId(text: string): string {
  const plain = text
    .replace(/[^\w.:-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, 200);
  return plain === '' ? 'quiz' : plain;
}

function uniqueId(wanted: string, taken: Set<string>): string {
  const plain = wanted === '' ? 'item' : wanted.slice(0, 200);
  let id = plain;
  for (let number = 2; taken.has(id); number += 1) id = `${plain}-${number}`;
  taken.add(id);
  return id;
}
