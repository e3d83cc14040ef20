import { createPortal, type JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { parseAssignment, type SheetQuestion } from '#core/module/assignment.ts';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { texts } from '../../i18n/texts.ts';
import {
  type AssignmentRef,
  answerKey,
  type FeedbackRecord,
  type SubmissionRecord,
} from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { useAsync } from '../../shell/use-async.ts';
import { AgainButton } from './again-button.tsx';
import { type AnswerDraft, answersOf, openAnswers, savingOf } from './answer-drafts.ts';
import { AnswerField } from './answer-field.tsx';
import { AnswerGiven, SheetFeedback, StrayAnswers } from './answer-given.tsx';
import { type AnswerPlaces, useAnswerPlaces } from './answer-places.ts';
import './answer-sheet.css';
import { dueMsOf } from './due.ts';
import { HandIn } from './hand-in.tsx';
import { SaveFailed } from './save-failed.tsx';
import { useFlushOnLeave } from './saving.ts';
import { draftAnswers, mayHandInAgain } from './versions.ts';

/** Props of {@link AnswerSheet}. */
export interface AnswerSheetProps {
  readonly path: string;
  /** The sheet of the page. */
  readonly href: string;
  /** The page, as it stands on the screen. */
  readonly surface: TextSurface;
  readonly language: string;
}

/**
 * The open questions of a page: a field in the page under each, and a bar below it that says how many are answered and
 * hands all of them in. Work that was handed in stands where it was written, with what the tutor says to it.
 */
export function AnswerSheet({ path, href, surface, language }: AnswerSheetProps): JSX.Element | null {
  const { modules, records, state } = usePlatform();
  const { t } = texts;
  const loaded = useAsync(async () => {
    const { id, title, due, questions = [] } = parseAssignment(await modules.readBytes(path, href));
    const sheet: AssignmentRef = { assignmentId: id, modulePath: path, title };
    return { sheet, due, questions, ids: questions.map((question) => question.id) };
  }, [path, href]);
  const assignmentId = loaded.kind === 'ready' ? loaded.value.sheet.assignmentId : undefined;
  const submissions = useMemo(
    () => records.submissions.live((record) => record.modulePath === path && record.assignmentId === assignmentId),
    [records, path, assignmentId],
  );
  const start = answerKey({ assignmentId: assignmentId ?? '', modulePath: path }, '');
  const drafts = useMemo(() => records.drafts.live(({ id }) => id.startsWith(start)), [records, start]);
  const places = useAnswerPlaces(surface.document, loaded.kind === 'ready' ? loaded.value.ids : NO_IDS);
  if (loaded.kind === 'failed') {
    return (
      <div class="ll-sheet" role="alert">
        <p>{t('assignment.broken')}</p>
      </div>
    );
  }
  if (loaded.kind === 'loading' || !places || !submissions.value || !drafts.value) return null;
  const [latest] = submissions.value;
  const { sheet, due, questions, ids } = loaded.value;
  const shared = { questions, places, language, sheet };
  const keys = new Set(ids.map((id) => answerKey(sheet, id)));
  const isOpen = drafts.value.some(({ id }) => keys.has(id)) && state.value.capabilities.has('write');
  const strays = drafts.value.filter(({ id, text }) => !keys.has(id) && text.trim() !== '');
  return (
    <>
      {strays.length > 0 && createPortal(<StrayAnswers strays={strays} language={language} />, places.end)}
      {latest && !isOpen ? (
        <Given {...shared} submission={latest} />
      ) : (
        <Open {...shared} dueMs={dueMsOf(due)} handedIn={latest} />
      )}
    </>
  );
}

const NO_IDS: readonly string[] = [];
const NOTHING_SAID: readonly FeedbackRecord[] = [];

interface SharedProps {
  readonly sheet: AssignmentRef;
  readonly questions: readonly SheetQuestion[];
  readonly places: AnswerPlaces;
  readonly language: string;
}

interface OpenProps extends SharedProps {
  readonly dueMs: number | undefined;
  /** The newest version that was handed in, if this is a new one. */
  readonly handedIn: SubmissionRecord | undefined;
}

/** A sheet that is not handed in: it can be written on where the licence gives the editor. */
function Open(props: OpenProps): JSX.Element | null {
  const { records, state } = usePlatform();
  const { t } = texts;
  const { sheet, questions } = props;
  const drafts = useAsync(() => openAnswers(records, sheet, questions), [records, sheet, questions]);
  if (!state.value.capabilities.has('write')) {
    return (
      <section class="ll-sheet" aria-label={t('sheet.title')}>
        <p>{t('sheet.readOnly')}</p>
        <LinkButton href={hrefOf({ kind: 'docking' })} icon="sync">
          {t('assignment.readOnly.go')}
        </LinkButton>
      </section>
    );
  }
  return drafts.kind === 'ready' ? <Written {...props} drafts={drafts.value} /> : null;
}

function Written({
  sheet,
  dueMs,
  places,
  language,
  handedIn,
  drafts,
}: OpenProps & { readonly drafts: readonly AnswerDraft[] }): JSX.Element {
  const { records } = usePlatform();
  const { t } = texts;
  const flush = useCallback(async () => {
    await Promise.all(drafts.map(({ autosave }) => autosave.flush()));
  }, [drafts]);
  useFlushOnLeave(flush);
  const answers = answersOf(drafts);
  const answered = answers.filter(({ answer }) => answer !== '').length;
  const open = drafts.length - answered;
  const handIn = async () => {
    await flush();
    await records.submitSheet(sheet, answers);
  };
  const isUnchanged = handedIn?.answers?.every(
    (before) => (answers.find(({ id }) => id === before.id)?.answer ?? before.answer) === before.answer,
  );
  const leaveIt = async () => {
    await flush();
    for (const { question } of drafts) await records.drafts.delete(answerKey(sheet, question.id));
  };
  return (
    <section class="ll-sheet" aria-label={t('sheet.title')}>
      {drafts.map((draft, index) => {
        const place = places.byQuestion.get(draft.question.id);
        return place && createPortal(<AnswerField draft={draft} number={index + 1} language={language} />, place);
      })}
      {drafts.some((draft) => savingOf(draft).kind === 'failed') && <SaveFailed again={() => void flush()} />}
      <p class="ll-strong" role="status">
        {t('sheet.count', { n: answered, total: drafts.length })}
      </p>
      {dueMs !== undefined && <Chip icon="clock">{t('assignment.due', { date: texts.formatDay(dueMs) })}</Chip>}
      <HandIn disabled={answered === 0} handIn={handIn}>
        {t('sheet.count', { n: answered, total: drafts.length })}
        {open > 0 && `. ${t('sheet.open', { n: open })}`}
      </HandIn>
      {isUnchanged && <Button onClick={() => void leaveIt()}>{t('work.leaveIt')}</Button>}
    </section>
  );
}

/** A sheet that was handed in: read only. */
function Given({
  sheet,
  submission,
  questions,
  places,
  language,
}: SharedProps & { readonly submission: SubmissionRecord }): JSX.Element {
  const { records, state } = usePlatform();
  const { t } = texts;
  const feedback = useMemo(
    () => records.feedback.live((record) => record.submissionId === submission.id),
    [records, submission.id],
  );
  const said = feedback.value ?? NOTHING_SAID;
  const [newest] = said;
  const onSeen = useCallback(() => {
    for (const one of said) {
      if (one.readAtMs === undefined) void records.feedback.put({ ...one, readAtMs: Date.now() });
    }
  }, [records, said]);
  return (
    <section class="ll-sheet" aria-label={t('sheet.title')}>
      {questions.map(({ id }, index) => {
        const place = places.byQuestion.get(id);
        const answer = submission.answers?.find((one) => one.id === id);
        const given = { answer, number: index + 1, remarks: remarksOn(id, said), language };
        return place && createPortal(<AnswerGiven {...given} />, place);
      })}
      {newest && createPortal(<SheetFeedback feedback={said} onSeen={onSeen} />, places.end)}
      <p>{t('sheet.handedIn', { date: texts.formatDay(submission.createdAtMs) })}</p>
      <Chip tone={submission.step === 'marked' ? 'good' : 'neutral'}>{t(`work.step.${submission.step}`)}</Chip>
      {newest && (
        <LinkButton href={hrefOf({ kind: 'feedback', id: newest.id })} icon="feedback">
          {t('assignment.feedback')}
        </LinkButton>
      )}
      {feedback.value && state.value.capabilities.has('write') && mayHandInAgain(submission, said) && (
        <AgainButton
          isAsked={said.some(({ again }) => again === true)}
          onAgain={() => void draftAnswers(records, sheet, questions, submission.answers ?? [])}
        />
      )}
    </section>
  );
}

/** What was said beside one answer, oldest first. */
function remarksOn(id: string, said: readonly FeedbackRecord[]): readonly string[] {
  return said.toReversed().flatMap(({ remarks = [] }) => remarks.flatMap((one) => (one.id === id ? [one.text] : [])));
}
