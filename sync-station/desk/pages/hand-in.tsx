import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Field, FileField, TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type Feedback, type HandInDetail, handInDetail } from '../../api/tutor.ts';
import { anything, tell } from '../call.ts';
import { noteEnded } from '../desk-state.ts';
import { readUpload } from '../files.ts';
import { i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';
import { hrefOf } from '../router.ts';
import { StepChip } from './hand-ins.tsx';

function Given({ work, feedback }: { readonly work: HandInDetail; readonly feedback: Feedback }): JSX.Element {
  return (
    <article class="ll-card ll-stack ll-stack-tight">
      <p>
        <strong>{feedback.tutor}</strong> <span class="ll-quiet">{i18n.formatDateTime(feedback.createdAtMs)}</span>{' '}
        <Chip tone={feedback.delivery === 'delivered' ? 'good' : 'neutral'}>{t(`delivery.${feedback.delivery}`)}</Chip>
      </p>
      {feedback.mark !== null && <p class="ll-strong">{t('feedback.markIs', { mark: feedback.mark })}</p>}
      <p class="ll-prewrap">{feedback.text}</p>
      {feedback.fileName !== null && (
        <a href={`/desk/api/tutor/feedback/${work.id}/${feedback.id}/file`} download={feedback.fileName}>
          {feedback.fileName}
        </a>
      )}
    </article>
  );
}

function FeedbackForm({ id, onSent }: { readonly id: string; readonly onSent: () => void }): JSX.Element {
  const [text, setText] = useState('');
  const [mark, setMark] = useState('');
  const [file, setFile] = useState<File | undefined>(undefined);
  const [sent, setSent] = useState(0);
  const act = useAct();
  return (
    <form
      key={sent}
      class="ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(async () => {
          await tell(anything, `/tutor/hand-ins/${id}/feedback`, {
            text,
            ...(mark.trim() === '' ? {} : { mark }),
            ...(file ? { file: await readUpload(file) } : {}),
          });
          setText('');
          setMark('');
          setFile(undefined);
          setSent(sent + 1);
          onSent();
        });
      }}
    >
      <h2>{t('feedback.title')}</h2>
      {sent > 0 && <Notice tone="good" title={t('feedback.sent')} announce="status" />}
      <TextArea label={t('feedback.text')} rows={9} maxLength={20_000} value={text} onInput={setText} />
      <Field label={t('feedback.mark')} hint={t('feedback.markHint')} maxLength={40} value={mark} onInput={setMark} />
      <FileField label={t('feedback.file')} hint={t('fileHint')} onChange={setFile} />
      <ActProblem act={act} />
      <div>
        <Button kind="primary" type="submit" disabled={act.busy || text.trim() === ''}>
          {t('feedback.go')}
        </Button>
      </div>
    </form>
  );
}

/** One piece of work: read it, or fetch the file, and answer it. */
export function HandInPage({ id }: { readonly id: string }): JSX.Element {
  const asked = useAsk(handInDetail, `/tutor/hand-ins/${id}`);
  useEffect(() => {
    // Opening it is what the learner sees as "received by the tutor"; without it the page still works.
    tell(anything, `/tutor/hand-ins/${id}/opened`).catch(noteEnded);
  }, [id]);
  return (
    <Loading asked={asked}>
      {(work) => (
        <div class="ll-stack ll-stack-loose">
          <p>
            <a href={hrefOf('hand-ins')}>{t('handIns.back')}</a>
          </p>
          <PageHead
            title={work.title}
            text={t('handIn.by', { name: nameOf(work.learner), when: i18n.formatDateTime(work.handedInAtMs) })}
          >
            <StepChip step={work.step} />
          </PageHead>
          <div class="desk-columns">
            <section class="ll-stack" aria-label={t('col.work')}>
              {work.text !== '' && <div class="desk-work">{work.text}</div>}
              {work.text !== '' && <p class="ll-quiet">{t('handIns.words', { n: work.words })}</p>}
              {work.fileName !== null && (
                <div class="ll-stack ll-stack-tight">
                  <LinkButton
                    href={`/desk/api/tutor/hand-ins/${work.id}/file`}
                    download={work.fileName}
                    icon="download"
                  >
                    {t('handIn.download', { name: work.fileName })}
                  </LinkButton>
                  <p class="ll-quiet">{t('handIn.downloadHint')}</p>
                </div>
              )}
              {work.feedback.map((feedback) => (
                <Given key={feedback.id} work={work} feedback={feedback} />
              ))}
            </section>
            <FeedbackForm id={work.id} onSent={asked.again} />
          </div>
        </div>
      )}
    </Loading>
  );
}
