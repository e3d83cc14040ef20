import type { Quiz } from '#core/quiz/quiz.ts';
import type { XmlElement } from '../xml.ts';
import { type MoodleBank, readMoodleSlots } from './moodle-bank.ts';
import { readMoodleQuestion } from './moodle-question.ts';
import type { QuizContext } from './quiz-body.ts';
import { collectQuiz, type QuizHead, safeQuizId } from './quiz-file.ts';

/**
 * Reads a `quiz.xml` of a Moodle backup with its questions. `contextOf` gives the context of one question, whose
 * pictures lie apart from those of others; `context` is the quiz's own. Undefined when no question is left.
 */
export function readMoodleQuiz(
  quizXml: XmlElement,
  bank: MoodleBank,
  options: {
    readonly head: QuizHead;
    readonly context: QuizContext;
    readonly contextOf: (questionId: string) => QuizContext;
  },
): Quiz | undefined {
  const { head, context, contextOf } = options;
  const pending = readMoodleSlots(quizXml, bank).flatMap(({ questionId, mark }) => {
    const question = questionId === undefined ? undefined : bank.questions.get(questionId);
    if (question === undefined) {
      context.report.add(context.file, 'QUIZ_NOT_TAKEN', 'a question that Moodle takes by chance');
      return [];
    }
    const own = contextOf(question.id);
    const read = (id: string) => readMoodleQuestion(question, { id, mark, context: own, bank: bank.questions });
    return [{ id: `question-${question.id}`, name: question.name, read }];
  });
  return collectQuiz({ ...head, id: safeQuizId(head.id) }, pending, context);
}
