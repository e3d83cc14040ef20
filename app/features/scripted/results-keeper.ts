import { utf8 } from '#core/bytes/bytes.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { type Outcome, outcomeOfScorm12, outcomeOfScorm2004, outcomeOfStatement } from '#core/scripted/outcome.ts';
import type { AttemptRecord, QuizRef, Records } from '../../platform/records/records.ts';
import type { PlayerNews } from '../../sandbox/sandbox-messages.ts';

/** formats/module.md 8.4: how much a document may leave with the app. */
const MAX_STATE_CHARS = 1024 * 1024;
/** More tries in one opening are no learner's. */
const MAX_TRIES = 100;

/** Writes what content reports into the learner's records. */
export interface ResultsKeeper {
  take(news: PlayerNews): void;
  /** Ends a try that content called finished; resolves when all is on disk. */
  close(): Promise<void>;
}

/** `attempt` is the unfinished try that this opening goes on with. `onOver` is told of each finished one. */
export function keepResults(
  records: Pick<Records, 'startAttempt' | 'finishAttempt'> & { readonly attempts: Pick<Records['attempts'], 'put'> },
  document: QuizRef & { readonly runtime: 'h5p' | 'scorm12' | 'scorm2004' },
  attempt: AttemptRecord | undefined,
  onOver: () => void,
): ResultsKeeper {
  const { runtime, ...ref } = document;
  let current = attempt;
  let last: Outcome | undefined;
  let tries = 0;
  let isEnded = false;
  let work: Promise<void> = Promise.resolve();

  const begin = async (): Promise<AttemptRecord> => {
    tries += 1;
    return records.startAttempt(ref);
  };
  const finish = async (): Promise<void> => {
    if (!current || !last) return;
    const over = current;
    current = undefined;
    await records.finishAttempt(over, last.result);
    onOver();
  };
  const takeOne = async (news: PlayerNews): Promise<void> => {
    if (tries > MAX_TRIES) return;
    if (news.kind === 'xapi' && runtime === 'h5p') {
      last = outcomeOfStatement(read(news.statement));
      if (!last) return;
      current = await begin();
      await finish();
    } else if (news.kind === 'scorm' && runtime !== 'h5p' && !isEnded) {
      isEnded = news.isTerminated;
      const cmi = read(news.cmi);
      last = runtime === 'scorm12' ? outcomeOfScorm12(cmi) : outcomeOfScorm2004(cmi);
      current = { ...(current ?? (await begin())), state: news.cmi, updatedAtMs: Date.now() };
      await records.attempts.put(current);
      if (news.isTerminated && last.isOver) await finish();
    }
  };
  return {
    take(news) {
      work = work
        .then(() => takeOne(news))
        // What cannot be read or kept changes nothing; the next report comes whole again.
        .catch((error: unknown) => console.error(error));
    },
    close() {
      work = work.then(async () => {
        if (last?.isOver) await finish();
      });
      return work;
    },
  };
}

/** Content wrote it: a text of at most 1 MiB that is JSON, or nothing. */
function read(text: unknown): JsonValue {
  if (typeof text !== 'string' || text.length > MAX_STATE_CHARS) return null;
  try {
    return parseJson(utf8(text), { maxBytes: 4 * MAX_STATE_CHARS });
  } catch (cause) {
    if (cause instanceof JsonError) return null;
    throw cause;
  }
}
