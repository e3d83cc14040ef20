import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../../i18n/texts.ts';
import type { DraftRecord, FeedbackRecord, SheetAnswer } from '../../platform/records/records.ts';

/** Props of {@link AnswerGiven}. */
export interface AnswerGivenProps {
  readonly answer: SheetAnswer | undefined;
  /** 1 for the first question. */
  readonly number: number;
  readonly remarks: readonly string[];
  readonly language: string;
}

/** The answer that was handed in, where it was written, with what the tutor says to it. */
export function AnswerGiven({ answer, number, remarks, language }: AnswerGivenProps): JSX.Element {
  const { t } = texts;
  const own = texts.language.value;
  return (
    <>
      <div class="given">
        <p class="name" lang={own}>
          {t('sheet.answer', { n: number })}
        </p>
        {answer?.answer ? <p lang={language}>{answer.answer}</p> : <p lang={own}>{t('sheet.none')}</p>}
      </div>
      {remarks.map((remark) => (
        <div key={remark} class="said">
          <p class="name" lang={own}>
            {t('sheet.remark')}
          </p>
          <p lang={language}>{remark}</p>
        </div>
      ))}
    </>
  );
}

/** Props of {@link StrayAnswers}. */
export interface StrayAnswersProps {
  /** Drafts whose question is not in this version of the lesson. */
  readonly strays: readonly DraftRecord[];
  readonly language: string;
}

/** What was written under questions that have changed since, at the end of the page: to read and to copy. */
export function StrayAnswers({ strays, language }: StrayAnswersProps): JSX.Element {
  const { t } = texts;
  return (
    <section class="end" lang={texts.language.value} aria-label={t('sheet.stray')}>
      <h2>{t('sheet.stray')}</h2>
      <p>{t('sheet.strayText')}</p>
      {strays.map(({ id, text }) => (
        <div key={id} class="said">
          <p lang={language}>{text}</p>
        </div>
      ))}
    </section>
  );
}

/** Props of {@link SheetFeedback}. */
export interface SheetFeedbackProps {
  readonly feedback: readonly FeedbackRecord[];
  /** It has come into sight. */
  readonly onSeen: () => void;
}

/** What the tutor says to the whole sheet, at the end of its page. */
export function SheetFeedback({ feedback, onSeen }: SheetFeedbackProps): JSX.Element {
  const { t } = texts;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const sight = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) onSeen();
    });
    if (section.current) sight.observe(section.current);
    return () => sight.disconnect();
  }, [onSeen]);
  return (
    <section ref={section} class="end" lang={texts.language.value} aria-label={t('feedback.title')}>
      <h2>{t('feedback.title')}</h2>
      {feedback.map(({ id, tutor, createdAtMs, mark, text }) => (
        <div key={id} class="said">
          <p>{t('feedback.from', { tutor, date: texts.formatDay(createdAtMs) })}</p>
          {mark !== undefined && (
            <p class="mark">
              {t('feedback.mark')}: {mark}
            </p>
          )}
          <p>{text}</p>
        </div>
      ))}
    </section>
  );
}
