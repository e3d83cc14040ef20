import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import {
  type conversation,
  feedbackRequest,
  type HandInDetail,
  type HandInRow,
  type handIns,
  type learnerList,
  messageRequest,
  type quizResults,
} from '../../api/tutor.ts';
import {
  addDeskFeedback,
  feedbackOf,
  findSubmission,
  lastMessages,
  listSubmissions,
  markReceived,
  messagesWith,
  sendDeskMessage,
  versionsOf,
} from '../../store/desk-work.ts';
import { findLearner, listLearners } from '../../store/learners.ts';
import { listStatements } from '../../store/results.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';
import { sendFile, storeFile } from './files.ts';
import { readResult } from './quiz-results.ts';
import { answersIn, asksAgain, remarksIn } from './sheet-items.ts';

const allow = ['tutor'] as const;
const MAX_RESULTS = 2_000;

type SubmissionRow = NonNullable<Awaited<ReturnType<typeof findSubmission>>>;
type FeedbackRow = Awaited<ReturnType<typeof feedbackOf>>[number];

function show(row: Omit<SubmissionRow, 'item'>, place: Pick<HandInRow, 'version' | 'newest'>): HandInRow {
  return {
    ...place,
    id: row.id,
    learner: { id: row.learnerId, displayName: row.displayName },
    title: row.title,
    modulePath: row.modulePath,
    words: row.words,
    fileName: row.attachmentHash === null ? null : (row.fileName ?? 'file'),
    source: row.source,
    step: row.step,
    handedInAtMs: row.handedInAtMs,
  };
}

/** All hand-ins, newest first, each with its place among the versions of the same work. */
function showAll(rows: readonly Omit<SubmissionRow, 'item'>[]): HandInRow[] {
  const keyOf = (row: Omit<SubmissionRow, 'item'>): string =>
    JSON.stringify([row.learnerId, row.modulePath, row.assignmentId]);
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(keyOf(row), (totals.get(keyOf(row)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const key = keyOf(row);
    const later = seen.get(key) ?? 0;
    seen.set(key, later + 1);
    return show(row, { version: (totals.get(key) ?? 1) - later, newest: later === 0 });
  });
}

function deliveryOf(row: FeedbackRow): 'waiting' | 'sealed' | 'delivered' {
  if (row.ackedAtMs !== null) return 'delivered';
  return row.downParcelId === null ? 'waiting' : 'sealed';
}

/** Reading work, giving feedback, messages. */
export function addTutorRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  async function submission(id: string): Promise<SubmissionRow> {
    const row = await findSubmission(db, id);
    if (!row) throw new DeskError('NOT_FOUND');
    return row;
  }

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/hand-ins',
    allow,
    handle: async (): Promise<z.infer<typeof handIns>> => ({ handIns: showAll(await listSubmissions(db)) }),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/results',
    allow,
    handle: async (): Promise<z.infer<typeof quizResults>> => ({
      results: (await listStatements(db, MAX_RESULTS)).flatMap((row) => readResult(row) ?? []),
    }),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/hand-ins/:id',
    allow,
    handle: async (call): Promise<HandInDetail> => {
      const row = await submission(call.param('id'));
      const [given, versions] = await Promise.all([feedbackOf(db, row.id), versionsOf(db, row)]);
      const at = versions.findIndex(({ id }) => id === row.id);
      return {
        ...show(row, { version: at + 1, newest: at === versions.length - 1 }),
        versions,
        text: row.text,
        answers: answersIn(row.item),
        feedback: given.map((entry) => ({
          id: entry.id,
          text: entry.text,
          mark: entry.mark,
          remarks: remarksIn(entry.item),
          again: asksAgain(entry.item),
          tutor: entry.tutor,
          fileName: entry.attachmentHash === null ? null : (entry.fileName ?? 'file'),
          createdAtMs: entry.createdAtMs,
          delivery: deliveryOf(entry),
        })),
      };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/tutor/hand-ins/:id/opened',
    allow,
    handle: async (call) => {
      const row = await submission(call.param('id'));
      const fields = { submissionId: row.id, learnerId: row.learnerId, actor: call.staff().staffId };
      await markReceived(db, { ...fields, act: 'work-opened' }, context.now());
      context.jobs.wake();
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/hand-ins/:id/file',
    allow,
    handle: async (call) => {
      const row = await submission(call.param('id'));
      return sendFile(context, call.reply, { hash: row.attachmentHash, name: row.fileName });
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/tutor/hand-ins/:id/feedback',
    allow,
    body: feedbackRequest,
    handle: async (call) => {
      const row = await submission(call.param('id'));
      const { text, mark, remarks, again, file } = call.body;
      const { staffId, displayName } = call.staff();
      const stored = file && { hash: await storeFile(context, file), name: file.name };
      const fields = { submissionId: row.id, learnerId: row.learnerId, text, mark, remarks, again, file: stored };
      await addDeskFeedback(db, { ...fields, tutor: displayName, actor: staffId }, context.now());
      context.jobs.wake();
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/feedback/:submissionId/:id/file',
    allow,
    handle: async (call) => {
      const entry = (await feedbackOf(db, call.param('submissionId'))).find((one) => one.id === call.param('id'));
      if (!entry) throw new DeskError('NOT_FOUND');
      return sendFile(context, call.reply, { hash: entry.attachmentHash, name: entry.fileName });
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/learners',
    allow,
    handle: async (): Promise<z.infer<typeof learnerList>> => {
      const last = await lastMessages(db);
      const learners = (await listLearners(db)).map(({ id, displayName }) => {
        const message = last.get(id);
        return {
          id,
          displayName,
          lastMessageAtMs: message?.atMs ?? null,
          lastDirection: message?.direction ?? null,
        };
      });
      return { learners: learners.sort((a, b) => (b.lastMessageAtMs ?? 0) - (a.lastMessageAtMs ?? 0)) };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/tutor/learners/:id/messages',
    allow,
    handle: async (call): Promise<z.infer<typeof conversation>> => {
      const learner = await findLearner(db, call.param('id'));
      if (!learner) throw new DeskError('NOT_FOUND');
      return {
        learner: { id: learner.id, displayName: learner.displayName },
        messages: await messagesWith(db, learner.id),
      };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/tutor/learners/:id/messages',
    allow,
    body: messageRequest,
    handle: async (call) => {
      const learner = await findLearner(db, call.param('id'));
      if (!learner) throw new DeskError('NOT_FOUND');
      const { staffId, displayName } = call.staff();
      const fields = { learnerId: learner.id, sender: displayName, text: call.body.text, actor: staffId };
      await sendDeskMessage(db, fields, context.now());
      context.jobs.wake();
      return { ok: true };
    },
  });
}
