import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { parseQuiz, type Quiz, type QuizItem } from '#core/quiz/quiz.ts';
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
  /** What the address asks for, as `question=3` (formats/search-index.md 2.3). */
  readonly fragment: string | undefined;
  readonly onPosition: (fraction: number) => void;
}

/** The question that an address asks for; undefined for any other address. */
function wantedIn(quiz: Quiz, fragment: string | undefined): QuizItem | undefined {
  const number = /^question=(\d{1,4})$/.exec(fragment ?? '')?.[1];
  return number === undefined ? undefined : quiz.items[Number(number) - 1];
}

/** A quiz of a module: its beginning with what was tried before, an attempt under way, or one that is over. */
export function QuizView({ path, href, fragment, onPosition }: QuizViewProps): JSX.Element {
  const { modules, records, state } = usePlatform();
  const { t } = texts;
  const loaded = useAsync(async () => parseQuiz(await modules.readBytes(path, href)), [path, href]);
  const quiz = loaded.kind === 'ready' ? loaded.value : undefined;
  const attempts = useMemo(
    () => records.attempts.live((one) => one.modulePath === path && one.quizId === quiz?.id),
    [records, path, quiz?.id],
  ).value;
  const [openId, setOpenId] = useState<string | undefined>(undefined);
  const [wanted, setWanted] = useState<QuizItem | undefined>(undefined);
  // A question that was searched for opens in the try under way or the last one; a new try begins only when asked for
  useEffect(() => {
    const item = quiz && attempts ? wantedIn(quiz, fragment) : undefined;
    if (!item || !attempts) return;
    const shown = attempts.find((one) => one.finishedAtMs === undefined) ?? attempts[0];
    setWanted(item);
    setOpenId((before) => before ?? shown?.id);
  }, [quiz, fragment, attempts === undefined]);
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
            wanted={wanted?.id}
            onLeave={() => {
              setWanted(undefined);
              setOpenId(undefined);
            }}
          />
        ) : (
          <QuizStart
            quiz={quiz}
            attempts={attempts}
            urlOf={urlOf}
            wanted={wanted}
            onBegin={() => void begin()}
            onOpen={setOpenId}
          />
        )}
      </div>
    </div>
  );
}
