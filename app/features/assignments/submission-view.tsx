import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type Step, Steps } from '#ui/components/steps.tsx';
import { texts } from '../../i18n/texts.ts';
import type { SubmissionRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { AgainButton } from './again-button.tsx';
import { mayHandInAgain } from './versions.ts';

const steps = ['handedIn', 'received', 'marked'] as const;

/** The three steps of handed-in work, as far as signed receipts and the tutor's word prove them. */
export function SubmissionSteps({ submission }: { readonly submission: SubmissionRecord }): JSX.Element {
  const reached = submission.step === 'outbox' ? -1 : steps.indexOf(submission.step);
  const list: Step[] = steps.map((id, index) => {
    const state = index <= reached ? 'done' : index === reached + 1 ? 'current' : 'todo';
    const receipt = submission.receiptId;
    return {
      id,
      title: texts.t(`submission.${id}`),
      state,
      stateText: texts.t(state === 'done' ? 'state.done' : 'state.todo'),
      detail: id === 'handedIn' && receipt ? texts.t('submission.receipt', { id: receipt.slice(0, 8) }) : undefined,
    };
  });
  return <Steps label={texts.t('submission.steps')} steps={list} across />;
}

/** Props of {@link SubmissionView}. */
export interface SubmissionViewProps {
  readonly submission: SubmissionRecord;
  /** Makes a new version; undefined where there is no editor, or where one is being written. */
  readonly onAgain?: (() => void) | undefined;
}

/** Handed-in work: the text, which stays, and how far it has come. */
export function SubmissionView({ submission, onAgain }: SubmissionViewProps): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  const feedback = useMemo(
    () => records.feedback.live((record) => record.submissionId === submission.id),
    [records, submission.id],
  );
  const latest = feedback.value?.[0];
  const isAsked = feedback.value?.some(({ again }) => again === true) ?? false;
  return (
    <section class="ll-card ll-stack" aria-label={t('assignment.handedIn.title')}>
      <h2>{t('assignment.handedIn.title')}</h2>
      <p class="ll-quiet ll-small">
        {t('assignment.handedIn.when', {
          date: texts.formatDateTime(submission.createdAtMs),
          words: t('work.words', { n: submission.words }),
        })}
      </p>
      <SubmissionSteps submission={submission} />
      {submission.step === 'outbox' && <Notice icon="upload">{<p>{t('submission.outbox')}</p>}</Notice>}
      {latest && (
        <div>
          <LinkButton href={hrefOf({ kind: 'feedback', id: latest.id })} kind="primary" icon="feedback">
            {t('assignment.feedback')}
          </LinkButton>
        </div>
      )}
      {onAgain && feedback.value && mayHandInAgain(submission, feedback.value) && (
        <AgainButton isAsked={isAsked} onAgain={onAgain} />
      )}
      {submission.fileName && <p class="ll-small">{submission.fileName}</p>}
      <div class="ll-prewrap ll-measure ll-handed-in">{submission.text}</div>
    </section>
  );
}

/** What was handed in before the newest version, each to open. */
export function EarlierVersions({ earlier }: { readonly earlier: readonly SubmissionRecord[] }): JSX.Element | null {
  if (earlier.length === 0) return null;
  return (
    <section class="ll-stack ll-stack-tight" aria-label={texts.t('work.earlier')}>
      {earlier.map((submission) => (
        <details key={submission.id} class="ll-card ll-details">
          <summary>{texts.t('work.earlierOf', { date: texts.formatDateTime(submission.createdAtMs) })}</summary>
          <div class="ll-prewrap ll-measure ll-handed-in">{submission.text}</div>
        </details>
      ))}
    </section>
  );
}
