import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, type ItemResult, judgeItem, judgeQuiz, type QuizResult } from '#core/quiz/attempt.ts';
import type { Quiz } from '#core/quiz/quiz.ts';
import { shuffled } from '#core/quiz/shuffle.ts';
import { drawQuiz } from '#core/quiz/template.ts';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { texts } from '../../i18n/texts.ts';
import type { AttemptRecord } from '../../platform/records/records.ts';
import { createSaver } from './attempt-saver.ts';
import { ItemView } from './item-view.tsx';
import { ResultView } from './result-view.tsx';

/** Props of {@link AttemptView}. */
export interface AttemptViewProps {
  readonly quiz: Quiz;
  readonly attempt: AttemptRecord;
  readonly save: (attempt: AttemptRecord) => Promise<void>;
  /** Ends the attempt, in one durable step with its result for the tutor. */
  readonly finish: (attempt: AttemptRecord, result: QuizResult) => Promise<AttemptRecord>;
  readonly mayWrite: boolean;
  readonly urlOf: (href: string) => string;
  readonly onLeave: () => void;
}

/** The answers of an attempt as core judges them. */
export function answersOf(attempt: AttemptRecord): ReadonlyMap<string, ReadonlyMap<string, Answer>> {
  return new Map(
    Object.entries(attempt.answers).map(([item, byResponse]) => [item, new Map(Object.entries(byResponse))]),
  );
}

/** An attempt: one question at a time. Every answer is kept at once; a question that was checked is closed. */
export function AttemptView(props: AttemptViewProps): JSX.Element {
  const { save, finish, onLeave } = props;
  const quiz = useMemo(() => drawQuiz(props.quiz, props.attempt.id), [props.quiz, props.attempt.id]);
  const { t } = texts;
  const [attempt, setAttempt] = useState(props.attempt);
  const [index, setIndex] = useState(() => firstOpen(quiz, props.attempt));
  const [failed, setFailed] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const saver = useMemo(() => createSaver(save, setFailed), []);
  useEffect(() => () => void saver.flush(), [saver]);
  const items = useMemo(() => (quiz.shuffleItems ? shuffled(quiz.items, attempt.id) : quiz.items), [quiz, attempt.id]);
  const answers = useMemo(() => answersOf(attempt), [attempt]);
  const isOver = attempt.finishedAtMs !== undefined;
  const [showsResult, setShowsResult] = useState(isOver);

  const change = (next: AttemptRecord): void => {
    setAttempt(next);
    saver.change(next);
  };
  const goTo = (next: number): void => {
    setIndex(next);
    requestAnimationFrame(() => heading.current?.focus());
  };
  if (showsResult && isOver) {
    return (
      <ResultView
        quiz={{ ...quiz, items }}
        result={judgeQuiz(quiz, answers)}
        onItem={(at) => {
          setShowsResult(false);
          goTo(at);
        }}
        onLeave={onLeave}
      />
    );
  }
  const item = items[index];
  if (!item) return <p>{t('quiz.broken')}</p>;
  const given = answers.get(item.id) ?? new Map<string, Answer>();
  const isChecked = attempt.checked.includes(item.id);
  const when = quiz.feedbackWhen ?? 'each';
  const canCheck = when === 'each' && item.maxScore !== null && !isChecked && !isOver;
  const isShown = isChecked || (isOver && when !== 'never');
  const result: ItemResult | undefined = isShown ? judgeItem(item, given) : undefined;
  const isLast = index === items.length - 1;
  const end = async (): Promise<void> => {
    await saver.flush();
    try {
      setAttempt(await finish(attempt, judgeQuiz(quiz, answers)));
      setShowsResult(true);
    } catch {
      // The answers are kept; the learner is told and can try again.
      setFailed(true);
    }
  };
  return (
    <div class="ll-stack">
      <div class="ll-row ll-row-apart">
        <h2 ref={heading} tabIndex={-1} class="ll-quiz-heading">
          {t('quiz.question', { n: index + 1, total: items.length })}
        </h2>
        <Button kind="quiet" onClick={() => (isOver ? setShowsResult(true) : onLeave())}>
          {isOver ? t('quiz.toResult') : t('quiz.pause')}
        </Button>
      </div>
      <ProgressBar label={t('quiz.progress')} hideLabel fraction={(index + 1) / items.length} />
      <ItemView
        key={item.id}
        item={item}
        answers={given}
        result={result}
        isClosed={isChecked || isOver}
        seed={attempt.id}
        language={quiz.language}
        mayWrite={props.mayWrite}
        urlOf={props.urlOf}
        onAnswer={(response, answer) =>
          change({
            ...attempt,
            updatedAtMs: Date.now(),
            answers: { ...attempt.answers, [item.id]: { ...attempt.answers[item.id], [response]: answer } },
          })
        }
      />
      {failed && (
        <Notice tone="bad" title={t('assignment.saveFailed.title')} announce="alert">
          <p>{t('assignment.saveFailed.text')}</p>
        </Notice>
      )}
      <div class="ll-row ll-row-apart">
        <Button icon="left" disabled={index === 0} onClick={() => goTo(index - 1)}>
          {t('quiz.back')}
        </Button>
        <span class="ll-row">
          {canCheck && (
            <Button
              kind="primary"
              icon="check"
              onClick={() => change({ ...attempt, updatedAtMs: Date.now(), checked: [...attempt.checked, item.id] })}
            >
              {t('quiz.check')}
            </Button>
          )}
          {!isLast && (
            <Button kind={canCheck ? 'secondary' : 'primary'} iconAfter="right" onClick={() => goTo(index + 1)}>
              {t('quiz.next')}
            </Button>
          )}
          {isLast && !isOver && (
            <Button kind={canCheck ? 'secondary' : 'primary'} onClick={() => void end()}>
              {t('quiz.finish')}
            </Button>
          )}
        </span>
      </div>
    </div>
  );
}

/** The first question without an answer, where a learner goes on. */
function firstOpen(quiz: Quiz, attempt: AttemptRecord): number {
  if (attempt.finishedAtMs !== undefined) return 0;
  const items = quiz.shuffleItems ? shuffled(quiz.items, attempt.id) : quiz.items;
  const found = items.findIndex((item) => {
    const given = Object.values(attempt.answers[item.id] ?? {});
    return item.interactions.length > 0 && !given.some((answer) => answer.length > 0);
  });
  return found < 0 ? Math.max(0, items.length - 1) : found;
}
