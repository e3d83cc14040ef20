import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { parseQuiz } from '#core/quiz/quiz.ts';
import { statementResult } from '#core/quiz/statement.ts';
import { drawQuiz } from '#core/quiz/template.ts';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { AttemptRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { useAsync } from '../../shell/use-async.ts';
import { AttemptView } from './attempt-view.tsx';
import { QuizStart } from './quiz-start.tsx';
import './quiz.css';

/** Props of {@link QuizView}. */
export interface QuizViewProps {
  readonly path: string;
  readonly href: string;
  readonly onPosition: (fraction: number) => void;
}

/** A quiz of a module: its beginning with what was tried before, an attempt under way, or one that is over. */
export function QuizView({ path, href, onPosition }: QuizViewProps): JSX.Element {
  const { modules, records, state } = usePlatform();
  const { t } = texts;
  const loaded = useAsync(async () => parseQuiz(await modules.readBytes(path, href)), [path, href]);
  const quiz = loaded.kind === 'ready' ? loaded.value : undefined;
  const attempts = useMemo(
    () => records.attempts.live((one) => one.modulePath === path && one.quizId === quiz?.id),
    [records, path, quiz?.id],
  ).value;
  const [openId, setOpenId] = useState<string | undefined>(undefined);
  const isDone = attempts?.some((one) => one.finishedAtMs !== undefined) ?? false;
  // Only opening and finishing count as progress
  useEffect(() => {
    if (quiz && attempts) onPosition(isDone ? 1 : 0.2);
  }, [quiz, isDone, attempts === undefined]);

  if (loaded.kind === 'failed') {
    return (
      <div class="ll-part-scroll">
        <Notice tone="warn" announce="alert">
          <p>{t('quiz.broken')}</p>
        </Notice>
      </div>
    );
  }
  if (!quiz || !attempts) return <p class="ll-part-scroll ll-quiet">{t('app.loading')}</p>;
  const open = attempts.find((one) => one.id === openId);
  const urlOf = (file: string): string => modules.urlOf(path, file);
  const begin = async (): Promise<void> => {
    const attempt = await records.startAttempt({
      modulePath: path,
      quizId: quiz.id,
      href,
      title: quiz.title,
      language: quiz.language,
    });
    setOpenId(attempt.id);
  };
  const save = (attempt: AttemptRecord): Promise<void> => records.attempts.put(attempt);
  return (
    <div class="ll-part-scroll">
      <div class="ll-stack ll-quiz">
        {open ? (
          <AttemptView
            key={open.id}
            quiz={quiz}
            attempt={open}
            save={save}
            finish={(attempt, result) =>
              records.finishAttempt(attempt, statementResult(drawQuiz(quiz, attempt.id), result, attempt.answers))
            }
            mayWrite={state.value.capabilities.has('write')}
            urlOf={urlOf}
            onLeave={() => setOpenId(undefined)}
          />
        ) : (
          <QuizStart quiz={quiz} attempts={attempts} urlOf={urlOf} onBegin={() => void begin()} onOpen={setOpenId} />
        )}
      </div>
    </div>
  );
}
