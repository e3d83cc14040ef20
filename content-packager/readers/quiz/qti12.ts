import type { Quiz } from '#core/quiz/quiz.ts';
import { allBelow, childOf } from './qti-names.ts';
import { readMetadata, readQti12Item } from './qti12-item.ts';
import type { QuizContext } from './quiz-body.ts';
import { collectQuiz, type QuizHead, safeQuizId } from './quiz-file.ts';
import { elementsAmong, type SourceElement } from './source-node.ts';

/**
 * Reads a QTI 1.2 file: `questestinterop` with an assessment, an object bank or loose items. What cannot be taken over
 * goes to the report; undefined when nothing is left.
 */
export function readQti12(root: SourceElement, context: QuizContext, given: QuizHead): Quiz | undefined {
  const [first] = elementsAmong(root.content).filter((one) => one.name === 'assessment' || one.name === 'objectbank');
  const assessment = first ?? root;
  for (const bank of allBelow(assessment, 'sourcebank_ref', 'itemref'))
    context.report.add(context.file, 'QUIZ_NOT_TAKEN', `questions of another bank (${bank.name})`);
  const metadata = readMetadata(childOf(assessment, 'qtimetadata'));
  const maxAttempts = Number(metadata.get('cc_maxattempts') ?? '0');
  const title = assessment.attributes.get('title') || given.title;
  const isBounded = Number.isInteger(maxAttempts) && maxAttempts > 0 && maxAttempts <= 1000;
  const head = {
    ...(isBounded ? { maxAttempts } : {}),
    ...given,
    id: safeQuizId(assessment.attributes.get('ident') ?? given.id),
    title: title.slice(0, 1000),
  };
  const items = allBelow(assessment, 'item').map((item) => ({
    id: item.attributes.get('ident') ?? '',
    name: item.attributes.get('title') ?? item.attributes.get('ident') ?? '',
    read: (id: string) => readQti12Item(item, context, id),
  }));
  return collectQuiz(head, items, context);
}
