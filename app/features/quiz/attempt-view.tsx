import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  type Answer,
  hasAnswer,
  type ItemAnswers,
  type ItemResult,
  judgeItem,
  judgeQuiz,
  type QuizResult,
  type TryState,
} from '#core/quiz/attempt.ts';
import type { Quiz, QuizItem } from '#core/quiz/quiz.ts';
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
  /** The id of a question to show, such as one that was searched for. */
  readonly wanted?: string | undefined;
  readonly onLeave: () => void;
}

/** The answers of an attempt as core judges them. */
export function answersOf(attempt: AttemptRecord): ReadonlyMap<string, ItemAnswers> {
  return new Map(
    Object.entries(attempt.answers).map(([item, byResponse]) => [item, new Map(Object.entries(byResponse))]),
  );
}

/** What an attempt holds beside its answers. */
function stateOf({ id, submitted = {} }: AttemptRecord): TryState {
  const byItem = Object.entries(submitted).map(([item, all]): [string, ItemAnswers[]] => [
    item,
    all.map((one) => new Map(Object.entries(one))),
  ]);
  return { seed: id, submitted: new Map(byItem) };
}

/** The attempt with one more submission at an adaptive question, or the answers at any other for good. */
function withSubmission(attempt: AttemptRecord, item: QuizItem, button?: string): AttemptRecord {
  const answers = { ...attempt.answers[item.id], ...(button === undefined ? {} : { [button]: ['true'] }) };
  if (item.adaptive === true) {
    const submitted = [...(attempt.submitted?.[item.id] ?? []), answers];
    return { ...attempt, submitted: { ...attempt.submitted, [item.id]: submitted } };
  }
  return {
    ...attempt,
    answers: { ...attempt.answers, [item.id]: answers },
    checked: [...attempt.checked, item.id],
  };
}

/** The attempt with what was filled in at adaptive questions and not submitted: nothing is lost at the end. */
function withUnsubmitted(attempt: AttemptRecord, items: readonly QuizItem[]): AttemptRecord {
  return items.reduce((sofar, item) => {
    const given = answersOf(sofar).get(item.id) ?? new Map();
    if (item.adaptive !== true || !hasAnswer(item, given)) return sofar;
    const isNew = !isSame(sofar.submitted?.[item.id]?.at(-1), sofar.answers[item.id]);
    return isNew && !judgeItem(item, given, stateOf(sofar)).isCompleted ? withSubmission(sofar, item) : sofar;
  }, attempt);
}

/** Whether two sets of answers are the same, but for the buttons that were pressed. */
function isSame(
  submitted: Readonly<Record<string, Answer>> | undefined,
  answers: Readonly<Record<string, Answer>> = {},
): boolean {
  return Object.entries(answers).every(([response, answer]) => {
    const before = submitted?.[response] ?? [];
    return before.length === answer.length && before.every((one, index) => one === answer[index]);
  });
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
  const tryState = useMemo(() => stateOf(attempt), [attempt]);
  const isOver = attempt.finishedAtMs !== undefined;
  const [showsResult, setShowsResult] = useState(isOver);
  useEffect(() => {
    const at = items.findIndex((item) => item.id === props.wanted);
    if (at < 0) return;
    setShowsResult(false);
    setIndex(at);
  }, [items, props.wanted]);

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
        result={judgeQuiz(quiz, answers, tryState)}
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
  const showsVerdict = when === 'each' || (isOver && when === 'end');
  const isAdaptive = item.adaptive === true;
  const hasResult = isAdaptive || ((isChecked || isOver) && when !== 'never');
  const result: ItemResult | undefined = hasResult ? judgeItem(item, given, tryState) : undefined;
  const isClosed = isOver || (isAdaptive ? result?.isCompleted === true : isChecked);
  const canCheck = !isClosed && (isAdaptive || (when === 'each' && item.maxScore !== null));
  const isLast = index === items.length - 1;
  const submit = (button?: string): void =>
    change({ ...withSubmission(attempt, item, button), updatedAtMs: Date.now() });
  const end = async (): Promise<void> => {
    await saver.flush();
    const last = withUnsubmitted(attempt, items);
    try {
      setAttempt(await finish(last, judgeQuiz(quiz, answersOf(last), stateOf(last))));
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
        isClosed={isClosed}
        showsVerdict={showsVerdict}
        onEndAttempt={submit}
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
            <Button kind="primary" icon="check" onClick={() => submit()}>
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
