import type { JSX } from 'preact';
import type { ItemResult, QuizResult } from '#core/quiz/attempt.ts';
import { plainText } from '#core/quiz/body.ts';
import type { Quiz } from '#core/quiz/quiz.ts';
import { drawnValues } from '#core/quiz/template.ts';
import { Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Notice, type Tone } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { points } from './item-view.tsx';

/** Props of {@link ResultView}. */
export interface ResultViewProps {
  readonly quiz: Quiz;
  readonly result: QuizResult;
  readonly onItem: (index: number) => void;
  readonly onLeave: () => void;
}

const tones: Readonly<Record<ItemResult['verdict'], Tone | undefined>> = {
  right: 'good',
  partly: 'warn',
  wrong: 'bad',
  unanswered: undefined,
  open: 'info',
};

/** How an attempt came out, question by question. */
export function ResultView({ quiz, result, onItem, onLeave }: ResultViewProps): JSX.Element {
  const { t } = texts;
  const byId = new Map(result.items.map((one) => [one.itemId, one]));
  const isHidden = quiz.feedbackWhen === 'never';
  return (
    <div class="ll-stack">
      <h2 tabIndex={-1}>{t('quiz.result.title')}</h2>
      {isHidden ? (
        <Notice title={t('quiz.result.done')} announce="status">
          <p>{t('quiz.result.later')}</p>
        </Notice>
      ) : (
        <>
          {result.fraction !== undefined && (
            <Notice
              // Without a bound nobody says whether it was enough
              tone={result.isPassed === undefined ? 'info' : result.isPassed ? 'good' : 'warn'}
              title={t('quiz.points', { n: points(result.score), max: points(result.maxScore) })}
              announce="status"
            >
              {result.isPassed !== undefined && (
                <p>{result.isPassed ? t('quiz.result.passed') : t('quiz.result.failed')}</p>
              )}
            </Notice>
          )}
          <ol class="ll-quiz-results">
            {quiz.items.map((item, index) => {
              const verdict = byId.get(item.id)?.verdict ?? 'unanswered';
              return (
                <li key={item.id}>
                  <button type="button" class="ll-quiz-result" onClick={() => onItem(index)}>
                    <span lang={item.language ?? quiz.language}>
                      {plainText(item.body, drawnValues(item)).slice(0, 120) || item.title}
                    </span>
                    <Chip {...(tones[verdict] ? { tone: tones[verdict] } : {})}>{t(`quiz.verdict.${verdict}`)}</Chip>
                  </button>
                </li>
              );
            })}
          </ol>
        </>
      )}
      <p class="ll-quiet">{t('quiz.result.sent')}</p>
      <div>
        <Button icon="left" onClick={onLeave}>
          {t('quiz.result.back')}
        </Button>
      </div>
    </div>
  );
}
