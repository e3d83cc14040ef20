import { sql, type Transaction } from 'kysely';
import type { StationDatabase } from './database.ts';
import type { StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** What a job does. */
export type JobKind = 'open-parcel' | 'hand-in-upstream' | 'message-upstream' | 'fetch-upstream' | 'back-up';

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

/** Adds a job inside the transaction of the act that asks for it. */
export async function addJob(
  trx: Transaction<StationSchema>,
  job: { readonly kind: JobKind; readonly body: Readonly<Record<string, string>> },
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('jobs')
    .values({ ...waiting(nowMs), kind: job.kind, body: JSON.stringify(job.body) })
    .execute();
}

/** Makes sure that a job of which there is only one is due at `atMs` or before. */
export async function askForJob(db: Queries, kind: JobKind, atMs: number, nowMs: number): Promise<void> {
  await db
    .insertInto('jobs')
    .values({ ...waiting(nowMs), notBeforeMs: atMs, kind, body: '{}', key: kind })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  await db
    .updateTable('jobs')
    .set({ notBeforeMs: atMs })
    .where('key', '=', kind)
    .where('notBeforeMs', '>', atMs)
    .execute();
}

/** Leases the oldest job of these kinds that is due, in one statement, so that no other worker gets it. */
export async function leaseJob(
  db: StationDatabase,
  kinds: readonly JobKind[],
  nowMs: number,
): Promise<LeasedJob | undefined> {
  return db
    .updateTable('jobs')
    .set({ leasedUntilMs: nowMs + LEASE_MS, attempts: sql<number>`attempts + 1` })
    .where('id', '=', (due) =>
      due
        .selectFrom('jobs')
        .select('id')
        .where('state', '=', 'waiting')
        .where('kind', 'in', kinds)
        .where('notBeforeMs', '<=', nowMs)
        .where('leasedUntilMs', '<=', nowMs)
        .orderBy('id')
        .limit(1),
    )
    .returning(['id', 'kind', 'body', 'attempts'])
    .executeTakeFirst();
}

/** Frees what a worker that is gone had leased. For a database with one worker. */
export async function releaseLeases(db: StationDatabase): Promise<void> {
  await db.updateTable('jobs').set({ leasedUntilMs: 0 }).where('leasedUntilMs', '>', 0).execute();
}

/** Marks a job as done. */
export async function finishJob(db: StationDatabase, id: number): Promise<void> {
  await db.updateTable('jobs').set({ state: 'done', lastError: null }).where('id', '=', id).execute();
}

/** Puts a job that comes again and again back for `atMs`. */
export async function repeatJob(db: StationDatabase, id: number, atMs: number): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ leasedUntilMs: 0, notBeforeMs: atMs, attempts: 0, lastError: null })
    .where('id', '=', id)
    .execute();
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

/** What waits because it failed goes at once: the other side answers again. Returns how many jobs that are. */
export async function hurryJobs(db: StationDatabase, kinds: readonly JobKind[], nowMs: number): Promise<number> {
  const hurried = await db
    .updateTable('jobs')
    .set({ notBeforeMs: nowMs })
    .where('state', '=', 'waiting')
    .where('kind', 'in', kinds)
    .where('lastError', 'is not', null)
    .where('notBeforeMs', '>', nowMs)
    .executeTakeFirst();
  return Number(hurried.numUpdatedRows);
}

/** The kinds of which a job has failed at least `tries` times in a row and waits for the next. */
export async function failingKinds(db: Queries, tries: number): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('jobs')
    .select('kind')
    .distinct()
    .where('state', '=', 'waiting')
    .where('lastError', 'is not', null)
    .where('attempts', '>=', tries)
    .execute();
  return new Set(rows.map((row) => row.kind));
}

function waiting(nowMs: number) {
  return {
    state: 'waiting' as const,
    attempts: 0,
    notBeforeMs: nowMs,
    leasedUntilMs: 0,
    lastError: null,
    createdAtMs: nowMs,
  };
}
