import type { Transaction } from 'kysely';
import type { StationDatabase } from '../../store/database.ts';
import type { StationSchema } from '../../store/schema.ts';

/** Runs work in durable transactions; what waits at the same time shares one commit. */
export interface CommitQueue {
  /** Resolves only after the commit that holds `work` is durable. Work must not throw for expected outcomes. */
  run<T>(work: (trx: Transaction<StationSchema>) => Promise<T>): Promise<T>;
}

// A bound, so that one commit never holds the database for long.
const MAX_BATCH = 64;

/**
 * Makes a queue over `db`. Any error of any work or of the commit goes to `fatal`, which must end the process:
 * after it nobody can say what is durable, so nobody may be answered. `reached` is called at each step.
 */
export function createCommitQueue(
  db: StationDatabase,
  fatal: (error: unknown) => void,
  reached: (step: 'transaction-open' | 'transaction-filled' | 'committed') => void = () => {},
): CommitQueue {
  const waiting: Array<(trx: Transaction<StationSchema>) => Promise<() => void>> = [];
  let running = false;

  async function drain(): Promise<void> {
    if (running) return;
    running = true;
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, MAX_BATCH);
        const answers = await db.transaction().execute(async (trx) => {
          reached('transaction-open');
          const done: Array<() => void> = [];
          for (const work of batch) done.push(await work(trx));
          reached('transaction-filled');
          return done;
        });
        reached('committed');
        for (const answer of answers) answer();
      }
    } finally {
      running = false;
    }
  }

  return {
    run: (work) =>
      new Promise((resolve) => {
        waiting.push(async (trx) => {
          const value = await work(trx);
          return () => resolve(value);
        });
        drain().catch(fatal);
      }),
  };
}
