import { sql } from 'kysely';
import type { StationDatabase } from './database.ts';

/** A job that this worker has leased. `body` is JSON text. */
export interface LeasedJob {
  readonly id: number;
  readonly kind: string;
  readonly body: string;
  readonly attempts: number;
}

const LEASE_MS = 5 * 60_000;
const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 3_600_000;

/** Leases the oldest job that is due, in one statement, so that no other worker gets it. */
export async function leaseJob(db: StationDatabase, nowMs: number): Promise<LeasedJob | undefined> {
  return db
    .updateTable('jobs')
    .set({ leasedUntilMs: nowMs + LEASE_MS, attempts: sql<number>`attempts + 1` })
    .where('id', '=', (due) =>
      due
        .selectFrom('jobs')
        .select('id')
        .where('state', '=', 'waiting')
        .where('notBeforeMs', '<=', nowMs)
        .where('leasedUntilMs', '<=', nowMs)
        .orderBy('id')
        .limit(1),
    )
    .returning(['id', 'kind', 'body', 'attempts'])
    .executeTakeFirst();
}

/** Marks a job as done. */
export async function finishJob(db: StationDatabase, id: number): Promise<void> {
  await db.updateTable('jobs').set({ state: 'done', lastError: null }).where('id', '=', id).execute();
}

/** Puts a failed job back, each time for longer, at most an hour: work is never given up. */
export async function delayJob(db: StationDatabase, job: LeasedJob, error: string, nowMs: number): Promise<void> {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(job.attempts - 1, 20), MAX_DELAY_MS);
  await db
    .updateTable('jobs')
    .set({ leasedUntilMs: 0, notBeforeMs: nowMs + delayMs, lastError: error.slice(0, 500) })
    .where('id', '=', job.id)
    .execute();
}
