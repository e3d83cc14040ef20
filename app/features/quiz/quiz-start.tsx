import type { JSX } from 'preact';
import { plainText } from '#core/quiz/body.ts';
import type { Quiz, QuizItem } from '#core/quiz/quiz.ts';
import { Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { AttemptRecord } from '../../platform/records/records.ts';
import { renderBody } from './body-view.tsx';
import { points } from './item-view.tsx';

/** Props of {@link QuizStart}. */
export interface QuizStartProps {
  readonly quiz: Quiz;
  /** Newest first. */
  readonly attempts: readonly AttemptRecord[];
  readonly urlOf: (href: string) => string;
  /** The question that was searched for, with which a try then begins. */
  readonly wanted: QuizItem | undefined;
  readonly onBegin: () => void;
  readonly onOpen: (id: string) => void;
}

/** The beginning of a quiz: what it is, the way in, and what came of earlier attempts. */
export function QuizStart({ quiz, attempts, urlOf, wanted, onBegin, onOpen }: QuizStartProps): JSX.Element {
  const { t } = texts;
  const open = attempts.find((one) => one.finishedAtMs === undefined);
  const finished = attempts.filter((one) => one.finishedAtMs !== undefined);
  const max = quiz.maxAttempts ?? 0;
  const isUsedUp = max > 0 && finished.length >= max;
  return (
    <div class="ll-stack">
      <h2 lang={quiz.language}>{quiz.title}</h2>
      <div class="ll-row">
        <Chip>{t('quiz.questions', { n: quiz.items.length })}</Chip>
        {max > 0 && <Chip>{t('quiz.attempts', { n: finished.length, max })}</Chip>}
        {quiz.passFraction !== undefined && (
          <Chip>{t('quiz.pass', { percent: texts.formatPercent(quiz.passFraction) })}</Chip>
        )}
      </div>
      {quiz.introduction && (
        <div class="ll-quiz-body" lang={quiz.language}>
          {renderBody(quiz.introduction, { urlOf, outcomes: undefined })}
        </div>
      )}
      {wanted && (
        <Notice icon="search" title={t('quiz.found')}>
          <p lang={wanted.language ?? quiz.language}>{plainText(wanted.body).slice(0, 300) || wanted.title}</p>
          <p>{t('quiz.foundText')}</p>
        </Notice>
      )}
      <p class="ll-quiet">{t('quiz.kept')}</p>
      <div class="ll-row">
        {open ? (
          <Button kind="primary" large onClick={() => onOpen(open.id)}>
            {t('quiz.goOn')}
          </Button>
        ) : (
          !isUsedUp && (
            <Button kind="primary" large onClick={onBegin}>
              {finished.length > 0 ? t('quiz.again') : t('quiz.begin')}
            </Button>
          )
        )}
        {isUsedUp && !open && <p>{t('quiz.usedUp')}</p>}
      </div>
      {finished.length > 0 && (
        <section class="ll-stack ll-stack-tight" aria-labelledby="earlier">
          <h3 id="earlier">{t('quiz.earlier')}</h3>
          <ul class="ll-quiz-pairs">
            {finished.map((one) => (
              <li key={one.id} class="ll-quiz-pair">
                <span>
                  {texts.formatDateTime(one.finishedAtMs ?? one.updatedAtMs)}
                  {one.maxScore !== undefined && one.maxScore > 0 && one.score !== undefined && (
                    <>
                      {': '}
                      <strong>{t('quiz.points', { n: points(one.score), max: points(one.maxScore) })}</strong>
                    </>
                  )}
                </span>
                <Button kind="quiet" onClick={() => onOpen(one.id)}>
                  {t('quiz.look')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
