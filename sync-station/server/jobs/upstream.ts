import type { Transaction } from 'kysely';
import { utf8 } from '#core/bytes/bytes.ts';
import { object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { type Page, UpstreamError, type UpstreamFeedback, type UpstreamReply } from '../../connectors/upstream.ts';
import { appendAudit } from '../../store/audit.ts';
import { markReceived } from '../../store/desk-work.ts';
import { queueDown } from '../../store/down-queue.ts';
import { bookFeedback, keepEarlyFeedback } from '../../store/feedback.ts';
import { hurryJobs, type JobKind } from '../../store/jobs.ts';
import { randomId } from '../../store/random-id.ts';
import type { StationSchema } from '../../store/schema.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { StationContext } from '../context.ts';

type Station = Omit<StationContext, 'jobs'>;

/** The work that goes out to the school. */
export const outgoing: readonly JobKind[] = ['hand-in-upstream', 'message-upstream'];

/** How long a school is left in peace between two looks for news. */
export const FETCH_EVERY_MS = 15_000;

const submissionBody = object({ required: { submissionId: string() } });
const messageBody = object({ required: { messageId: string() } });

/**
 * Hands one piece of work in at the school, which counts it once whatever happens here; then the learner hears that it
 * was received. With the desk as the school there is nothing to do. Throws UpstreamError.
 */
export async function handInUpstream(station: Station, body: string): Promise<void> {
  const { submissionId } = submissionBody(parseJson(utf8(body)), 'body');
  if (station.upstream.kind === 'desk') return;
  const work = await station.db
    .selectFrom('submissions')
    .selectAll()
    .where('id', '=', submissionId)
    .executeTakeFirstOrThrow();
  const { learnerId, assignmentId, modulePath, title, text, words, handedInAtMs } = work;
  const attachment = await fileOf(station, work.attachmentHash, work.fileName);
  const fields = { submissionId, learnerId, assignmentId, modulePath, title, text, words, handedInAtMs };
  await station.upstream.handIn({ ...fields, attachment });
  const act = 'handed-in-upstream';
  await markReceived(station.db, { submissionId, learnerId, actor: 'school', act }, station.now());
}

/** Sends one message of a learner to the school. Throws UpstreamError. */
export async function sendMessageUpstream(station: Station, body: string): Promise<void> {
  const { messageId } = messageBody(parseJson(utf8(body)), 'body');
  if (station.upstream.kind === 'desk') return;
  const { id, learnerId, text, createdAtMs } = await station.db
    .selectFrom('messages')
    .select(['id', 'learnerId', 'text', 'createdAtMs'])
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow();
  await station.upstream.sendMessage({ id, learnerId, text, createdAtMs });
}

/**
 * Fetches what the school has for the learners: feedback and messages, page after page. A page and the cursor behind it
 * are one durable step, so a page comes again after a crash, and its ids make it count once. Throws UpstreamError.
 */
export async function fetchUpstream(station: Station): Promise<void> {
  const { upstream } = station;
  await readAll(station, 'upstreamFeedback', upstream.fetchFeedback, (page) => feedbackPage(station, page));
  await readAll(station, 'upstreamMessages', upstream.fetchMessages, async (page) => (trx) => {
    return replyPage(station, trx, page);
  });
  // The school answers: what it could not take while it was away goes now.
  await hurryJobs(station.db, outgoing, station.now());
}

async function readAll<T>(
  station: Station,
  cursorName: string,
  fetch: (after: string | null) => Promise<Page<T>>,
  prepare: (items: readonly T[]) => Promise<(trx: Transaction<StationSchema>) => Promise<void>>,
): Promise<void> {
  for (;;) {
    const after = (await readSetting(station.db, cursorName)) ?? null;
    const { items, cursor } = await fetch(after);
    if (items.length === 0) return;
    // A page that leads nowhere would be read for ever.
    if (cursor === null || cursor === after) throw new UpstreamError({ code: 'WRONG_ANSWER' });
    const book = await prepare(items);
    await station.db.transaction().execute(async (trx) => {
      await book(trx);
      await writeSetting(trx, cursorName, cursor);
    });
  }
}

/** Files are made durable first: a database row never names a file that is not there. */
async function feedbackPage(station: Station, items: readonly UpstreamFeedback[]) {
  const hashes = new Map<string, string>();
  for (const { id, attachment } of items) {
    if (attachment) hashes.set(id, await station.objects.put(attachment.bytes));
  }
  return async (trx: Transaction<StationSchema>): Promise<void> => {
    const nowMs = station.now();
    for (const { id: upstreamId, submissionId, text, mark, tutor, attachment } of items) {
      const file = { attachmentHash: hashes.get(upstreamId) ?? null, fileName: attachment?.fileName ?? null };
      const given = { upstreamId, submissionId, text, mark: mark ?? null, tutor, ...file };
      const work = await trx
        .selectFrom('submissions')
        .select('learnerId')
        .where('id', '=', submissionId)
        .executeTakeFirst();
      if (!work) await keepEarlyFeedback(trx, { ...given, createdAtMs: nowMs });
      else if (await bookFeedback(trx, { ...given, learnerId: work.learnerId }, nowMs)) {
        const act = { actor: 'school', act: 'feedback-fetched', subject: submissionId, detail: {} };
        await appendAudit(trx, act, nowMs);
      }
    }
  };
}

async function replyPage(
  station: Station,
  trx: Transaction<StationSchema>,
  items: readonly UpstreamReply[],
): Promise<void> {
  const nowMs = station.now();
  for (const { id: upstreamId, learnerId, from, text } of items) {
    const learner = await trx.selectFrom('learners').select('id').where('id', '=', learnerId).executeTakeFirst();
    if (!learner) {
      station.log.warn({ message: upstreamId }, 'a message of the school is for a learner who is not of this station');
      continue;
    }
    const id = randomId();
    const row = { id, learnerId, direction: 'down' as const, kind: 'message' as const, sender: from, title: null };
    const kept = await trx
      .insertInto('messages')
      .values({ ...row, text, createdAtMs: nowMs, upstreamId })
      .onConflict((conflict) => conflict.column('upstreamId').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!kept) continue;
    await queueDown(trx, { learnerId }, { id, kind: 'message', createdAtMs: nowMs, from, text }, null, nowMs);
    const act = { actor: 'school', act: 'message-fetched', subject: learnerId, detail: {} };
    await appendAudit(trx, act, nowMs);
  }
}

async function fileOf(station: Station, hash: string | null, name: string | null) {
  if (hash === null) return undefined;
  const bytes = await station.objects.get(hash);
  if (!bytes) throw new Error(`the file ${hash} of a hand-in is missing`);
  return { fileName: name ?? hash, bytes };
}
