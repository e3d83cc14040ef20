import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { BackLink, Button, LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Field, FileField, TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type Feedback, type HandInDetail, handInDetail, type SheetAnswer } from '../../api/tutor.ts';
import { anything, tell } from '../call.ts';
import { noteEnded } from '../desk-state.ts';
import { readUpload } from '../files.ts';
import { i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { fileTexts, nameOf, PageHead } from '../parts.tsx';
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
      {feedback.again && <p class="ll-strong">{t('feedback.askedAgain')}</p>}
      <p class="ll-prewrap">{feedback.text}</p>
      {feedback.remarks.map((remark) => (
        <div key={remark.id}>
          <p class="ll-quiet">{t('feedback.onQuestion', { n: numberOf(work, remark.id) })}</p>
          <p class="ll-prewrap">{remark.text}</p>
        </div>
      ))}
      {feedback.fileName !== null && (
        <a href={`/desk/api/tutor/feedback/${work.id}/${feedback.id}/file`} download={feedback.fileName}>
          {feedback.fileName}
        </a>
      )}
    </article>
  );
}

function numberOf(work: HandInDetail, questionId: string): number {
  return work.answers.findIndex(({ id }) => id === questionId) + 1;
}

/** The way to the other versions of work that was handed in again. */
function Versions({ work }: { readonly work: HandInDetail }): JSX.Element | null {
  if (work.versions.length < 2) return null;
  const newest = work.versions.at(-1);
  return (
    <>
      {!work.newest && newest && (
        <Notice tone="warn" title={t('handIn.older')}>
          <LinkButton href={hrefOf('hand-ins', newest.id)}>{t('handIn.toNewest')}</LinkButton>
        </Notice>
      )}
      <nav aria-label={t('handIn.versions')}>
        <ol class="ll-plain-list ll-row">
          {work.versions.map(({ id, handedInAtMs }, index) => (
            <li key={id}>
              <a
                class={id === work.id ? 'll-strong desk-version' : undefined}
                href={hrefOf('hand-ins', id)}
                aria-current={id === work.id ? 'page' : undefined}
              >
                {t('handIn.version', { n: index + 1, when: i18n.formatDateTime(handedInAtMs) })}
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </>
  );
}

interface SheetProps {
  readonly answers: readonly SheetAnswer[];
  readonly remarks: Remarks;
  /** Undefined while no feedback is being written. */
  readonly onRemark: ((id: string, text: string) => void) | undefined;
}

/** What was typed beside single answers, by question. */
type Remarks = Readonly<Record<string, string>>;

/** Each question of a sheet with its answer beside it, and room for a remark. */
function Sheet({ answers, remarks, onRemark }: SheetProps): JSX.Element {
  return (
    <ol class="ll-plain-list ll-stack">
      {answers.map(({ id, question, answer }, index) => (
        <li key={id} class="ll-card desk-answer">
          <div>
            <p class="ll-quiet">{t('handIn.question', { n: index + 1 })}</p>
            <p class="ll-prewrap ll-strong">{question}</p>
          </div>
          {answer === '' ? (
            <p class="ll-quiet">{t('handIn.noAnswer')}</p>
          ) : (
            <p class="ll-prewrap desk-answer-text">{answer}</p>
          )}
          {onRemark && (
            <div class="desk-answer-remark">
              <TextArea
                label={t('feedback.remark', { n: index + 1 })}
                rows={2}
                maxLength={5_000}
                value={remarks[id] ?? ''}
                onInput={(text) => onRemark(id, text)}
              />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

interface FormProps {
  readonly id: string;
  /** Whether the form waits behind a button, as the work has an answer already. */
  readonly waits: boolean;
  readonly remarks: Remarks;
  readonly onMore: () => void;
  readonly onSent: () => void;
}

function FeedbackForm({ id, waits, remarks, onMore, onSent }: FormProps): JSX.Element {
  const [text, setText] = useState('');
  const [mark, setMark] = useState('');
  const [again, setAgain] = useState(false);
  const [file, setFile] = useState<File | undefined>(undefined);
  const [sent, setSent] = useState(0);
  const act = useAct();
  if (waits) {
    return (
      <section class="ll-card ll-stack" aria-labelledby="your-feedback">
        <h2 id="your-feedback">{t('feedback.title')}</h2>
        {sent > 0 && <Notice tone="good" title={t('feedback.sent')} announce="status" />}
        <div class="ll-row">
          <LinkButton href={hrefOf('hand-ins')} kind={sent > 0 ? 'primary' : 'secondary'}>
            {t('feedback.next')}
          </LinkButton>
          <Button icon="plus" onClick={onMore}>
            {t('feedback.more')}
          </Button>
        </div>
      </section>
    );
  }
  const written = Object.entries(remarks).flatMap(([question, said]) =>
    said.trim() === '' ? [] : [{ id: question, text: said }],
  );
  return (
    <form
      class="ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(async () => {
          await tell(anything, `/tutor/hand-ins/${id}/feedback`, {
            text,
            ...(mark.trim() === '' ? {} : { mark }),
            ...(written.length === 0 ? {} : { remarks: written }),
            ...(again ? { again } : {}),
            ...(file ? { file: await readUpload(file) } : {}),
          });
          setText('');
          setMark('');
          setAgain(false);
          setFile(undefined);
          setSent(sent + 1);
          onSent();
        });
      }}
    >
      <h2>{t('feedback.title')}</h2>
      <TextArea label={t('feedback.text')} rows={9} maxLength={20_000} value={text} onInput={setText} />
      <Field label={t('feedback.mark')} hint={t('feedback.markHint')} maxLength={40} value={mark} onInput={setMark} />
      <FileField label={t('feedback.file')} hint={t('fileHint')} texts={fileTexts()} onChange={setFile} />
      <label class="ll-choice">
        <input type="checkbox" checked={again} onChange={(event) => setAgain(event.currentTarget.checked)} />
        {t('feedback.again')}
      </label>
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
  const [remarks, setRemarks] = useState<Remarks>({});
  const [more, setMore] = useState(false);
  const asked = useAsk(handInDetail, `/tutor/hand-ins/${id}`);
  useEffect(() => {
    // Opening it is what the learner sees as "received by the tutor"; without it the page still works.
    tell(anything, `/tutor/hand-ins/${id}/opened`).catch(noteEnded);
  }, [id]);
  return (
    <Loading asked={asked}>
      {(work) => (
        <div class="ll-stack ll-stack-loose">
          <PageHead
            above={<BackLink href={hrefOf('hand-ins')}>{t('handIns.back')}</BackLink>}
            title={work.title}
            text={t('handIn.by', { name: nameOf(work.learner), when: i18n.formatDateTime(work.handedInAtMs) })}
          >
            <StepChip step={work.step} />
          </PageHead>
          <Versions work={work} />
          <div class="desk-columns">
            <section class="ll-stack" aria-label={t('col.work')}>
              {work.answers.length > 0 ? (
                <Sheet
                  answers={work.answers}
                  remarks={remarks}
                  onRemark={
                    work.feedback.length > 0 && !more
                      ? undefined
                      : (question, text) => setRemarks({ ...remarks, [question]: text })
                  }
                />
              ) : (
                work.text !== '' && <div class="desk-work">{work.text}</div>
              )}
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
            <FeedbackForm
              id={work.id}
              waits={work.feedback.length > 0 && !more}
              remarks={remarks}
              onMore={() => setMore(true)}
              onSent={() => {
                setRemarks({});
                setMore(false);
                asked.again();
              }}
            />
          </div>
        </div>
      )}
    </Loading>
  );
}
