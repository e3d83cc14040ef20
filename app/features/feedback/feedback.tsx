import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { BackLink, LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { FeedbackRecord, SubmissionRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { FeedbackFile } from './feedback-file.tsx';

function fromText(feedback: FeedbackRecord): string {
  return texts.t('feedback.from', { tutor: feedback.tutor, date: texts.formatDay(feedback.createdAtMs) });
}

function List({
  all,
  titleOf,
}: {
  readonly all: readonly FeedbackRecord[];
  readonly titleOf: (id: string) => string;
}): JSX.Element {
  const { t } = texts;
  return (
    <ul class="ll-plain-list ll-stack">
      {all.map((feedback) => (
        <li key={feedback.id} class="ll-card ll-row ll-row-apart">
          <div>
            <h2>{titleOf(feedback.submissionId)}</h2>
            <p class="ll-quiet ll-small">{fromText(feedback)}</p>
          </div>
          <div class="ll-row">
            {feedback.readAtMs === undefined && <Chip tone="info">{t('feedback.new')}</Chip>}
            {feedback.mark && (
              <Chip tone="good">
                {t('feedback.mark')}: {feedback.mark}
              </Chip>
            )}
            <LinkButton
              href={hrefOf({ kind: 'feedback', id: feedback.id })}
              label={`${t('feedback.read')}: ${titleOf(feedback.submissionId)}`}
            >
              {t('feedback.read')}
            </LinkButton>
          </div>
        </li>
      ))}
    </ul>
  );
}

interface DetailProps {
  readonly feedback: FeedbackRecord;
  readonly submission: SubmissionRecord | undefined;
}

function Detail({ feedback, submission }: DetailProps): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  useEffect(() => {
    if (feedback.readAtMs === undefined) void records.feedback.put({ ...feedback, readAtMs: Date.now() });
  }, [feedback, records]);
  return (
    <article class="ll-stack ll-measure">
      <div>
        <BackLink href={hrefOf({ kind: 'feedback' })}>{t('feedback.back')}</BackLink>
      </div>
      <h1 tabIndex={-1}>{submission?.title ?? t('feedback.assignment')}</h1>
      <p class="ll-quiet">{fromText(feedback)}</p>
      {feedback.mark && (
        <p class="ll-mark">
          <span class="ll-quiet">{t('feedback.mark')}</span> <strong>{feedback.mark}</strong>
        </p>
      )}
      <div class="ll-card ll-prewrap">{feedback.text}</div>
      {feedback.remarks?.map(({ id, text }) => (
        <div key={id} class="ll-card ll-stack ll-stack-tight">
          <p class="ll-quiet ll-prewrap">{submission?.answers?.find((answer) => answer.id === id)?.question}</p>
          <p class="ll-prewrap">{text}</p>
        </div>
      ))}
      {feedback.fileId && <FeedbackFile fileId={feedback.fileId} fileName={feedback.fileName ?? 'feedback'} />}
      {feedback.again && (
        <Notice icon="pen">
          <p>{t('work.askedAgain')}</p>
        </Notice>
      )}
      {submission && (
        <details class="ll-card ll-details">
          <summary>{t('feedback.yours')}</summary>
          <div class="ll-prewrap">{submission.text}</div>
        </details>
      )}
    </article>
  );
}

/** Everything the tutor wrote, newest first; with `id`, one of them to read. */
export function FeedbackScreen({ id }: { readonly id: string | undefined }): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  const feedback = useMemo(() => records.feedback.live(), [records]);
  const submissions = useMemo(() => records.submissions.live(), [records]);
  const all = feedback.value ?? [];
  const submissionOf = (submissionId: string) => submissions.value?.find((one) => one.id === submissionId);
  if (id !== undefined && feedback.value) {
    const chosen = all.find((one) => one.id === id);
    if (chosen) return <Detail feedback={chosen} submission={submissionOf(chosen.submissionId)} />;
  }
  return (
    <div class="ll-stack ll-measure">
      <h1 tabIndex={-1}>{t('feedback.title')}</h1>
      {id !== undefined && feedback.value && <Notice>{<p>{t('feedback.gone')}</p>}</Notice>}
      {feedback.value && all.length === 0 ? (
        <EmptyState icon="feedback" title={t('feedback.empty.title')} text={t('feedback.empty.text')} />
      ) : (
        <List all={all} titleOf={(submissionId) => submissionOf(submissionId)?.title ?? t('feedback.assignment')} />
      )}
    </div>
  );
}
