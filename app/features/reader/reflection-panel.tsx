import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Manifest } from '#core/module/manifest.ts';
import { Button } from '#ui/components/button.tsx';
import { TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { progressKey, type ReflectionRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';

/** Most characters of an answer: three of them with their questions fit one message. */
const MAX_ANSWER_LENGTH = 600;

/** The questions at the end of a lesson: the tutor's, or else ours. */
export function questionsOf(manifest: Manifest): readonly string[] {
  const { t } = texts;
  return manifest.reflection ?? [t('reflection.question.1'), t('reflection.question.2'), t('reflection.question.3')];
}

/** Props of {@link ReflectionPanel}. */
export interface ReflectionPanelProps {
  readonly path: string;
  readonly href: string;
  readonly title: string;
  readonly manifest: Manifest;
}

type Said = 'nothing' | 'saved' | 'sent' | 'failed';

/** A look back at a lesson. The answers are the learner's own; they go to the tutor only when the learner says so. */
export function ReflectionPanel({ path, href, title, manifest }: ReflectionPanelProps): JSX.Element {
  const { records, state } = usePlatform();
  const { t } = texts;
  const id = progressKey(path, href);
  const questions = questionsOf(manifest);
  const [answers, setAnswers] = useState<readonly string[]>([]);
  const [before, setBefore] = useState<ReflectionRecord>();
  const [said, setSaid] = useState<Said>('nothing');
  useEffect(() => {
    let current = true;
    // Without an earlier answer the fields are empty
    records.reflections.get(id).then(
      (known) => {
        if (!current || !known) return;
        setBefore(known);
        setAnswers(questions.map((question) => known.answers.find((one) => one.question === question)?.answer ?? ''));
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [records, id]);

  const record = (sentAtMs: number | undefined): ReflectionRecord => ({
    id,
    modulePath: path,
    href,
    title,
    answers: questions.map((question, index) => ({ question, answer: answers[index]?.trim() ?? '' })),
    updatedAtMs: Date.now(),
    ...(sentAtMs === undefined ? {} : { sentAtMs }),
  });
  const finish = async (send: boolean): Promise<void> => {
    try {
      const kept = record(send ? Date.now() : before?.sentAtMs);
      await records.reflections.put(kept);
      if (send) await records.sendMessage(messageOf(kept));
      setBefore(kept);
      setSaid(send ? 'sent' : 'saved');
    } catch {
      // The words are still in the fields; the learner is told and can try again.
      setSaid('failed');
    }
  };
  const isEmpty = answers.every((answer) => answer.trim() === '');
  const maySend = state.value.capabilities.has('messages');
  return (
    <form
      class="ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void finish(false);
      }}
    >
      <h2>{t('reader.reflection')}</h2>
      <p class="ll-quiet ll-small">{t('reflection.intro')}</p>
      {questions.map((question, index) => (
        <TextArea
          key={question}
          label={question}
          rows={3}
          maxLength={MAX_ANSWER_LENGTH}
          value={answers[index] ?? ''}
          onInput={(text) => setAnswers(questions.map((_, at) => (at === index ? text : (answers[at] ?? ''))))}
        />
      ))}
      <div class="ll-row">
        <Button type="submit" kind="primary" disabled={isEmpty}>
          {t('reflection.save')}
        </Button>
        {maySend && (
          <Button disabled={isEmpty} onClick={() => void finish(true)}>
            {t('reflection.send')}
          </Button>
        )}
      </div>
      {said !== 'nothing' && (
        <Notice tone={said === 'failed' ? 'bad' : 'good'} announce="status">
          <p>{t(`reflection.${said}`)}</p>
        </Notice>
      )}
      {said === 'nothing' && before && (
        <p class="ll-quiet ll-small">
          {t(before.sentAtMs === undefined ? 'reflection.before' : 'reflection.beforeSent', {
            date: texts.formatDay(before.updatedAtMs),
          })}
        </p>
      )}
    </form>
  );
}

/** What the tutor gets: the lesson, each question with its answer. */
function messageOf({ title, answers }: ReflectionRecord): string {
  const parts = answers.filter(({ answer }) => answer !== '').map(({ question, answer }) => `${question}\n${answer}`);
  return [texts.t('reflection.message', { title }), ...parts].join('\n\n');
}
