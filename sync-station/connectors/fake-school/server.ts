import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import {
  type FeedbackPage,
  feedbackPage,
  type HandInBody,
  handInBody,
  type MessageBody,
  messageBody,
  type ReplyPage,
  replyPage,
} from './school-api.ts';

const pageSize = 50;

/** A school with its own small platform, kept in memory: what a station meets where a real one is not there. */
export interface FakeSchool {
  readonly server: FastifyInstance;
  readonly handIns: ReadonlyMap<string, HandInBody>;
  readonly messages: ReadonlyMap<string, MessageBody>;
  giveFeedback(feedback: FeedbackPage['items'][number]): void;
  reply(message: ReplyPage['items'][number]): void;
  /** All that the school knows, to be given to the next {@link createFakeSchool}. */
  state(): SchoolState;
  /** While true every call answers 503, as a school that is down does. */
  setDown(down: boolean): void;
}

/** What a school keeps. */
export interface SchoolState {
  readonly handIns: readonly HandInBody[];
  readonly messages: readonly MessageBody[];
  readonly feedback: FeedbackPage['items'];
  readonly replies: ReplyPage['items'];
}

/** Makes a fake school; `server.listen` starts it. `onChange` is awaited before anybody hears that something was taken. */
export function createFakeSchool(options: {
  token: string;
  courses: readonly { id: string; title: string }[];
  before?: SchoolState;
  onChange?: (state: SchoolState) => Promise<void>;
}): FakeSchool {
  const server = Fastify({ bodyLimit: 32 * 1024 * 1024 });
  const { before } = options;
  const handIns = new Map(before?.handIns.map((one) => [one.submissionId, one]));
  const messages = new Map(before?.messages.map((one) => [one.id, one]));
  const feedback: FeedbackPage['items'] = [...(before?.feedback ?? [])];
  const replies: ReplyPage['items'] = [...(before?.replies ?? [])];
  const state = (): SchoolState => ({
    handIns: [...handIns.values()],
    messages: [...messages.values()],
    feedback,
    replies,
  });
  const keep = async (): Promise<void> => options.onChange?.(state());
  let down = false;
  const expected = Buffer.from(`Bearer ${options.token}`);

  server.addHook('onRequest', async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (down) return reply.code(503).send({ error: 'DOWN' });
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return reply.code(401).send({ error: 'NOT_ALLOWED' });
    }
    return undefined;
  });
  server.post('/hand-ins', async (request, reply) => {
    const body = handInBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ error: 'WRONG_SHAPE' });
    // Handed in twice counts once: the first stays.
    if (!handIns.has(body.data.submissionId)) handIns.set(body.data.submissionId, body.data);
    await keep();
    return { received: body.data.submissionId };
  });
  server.post('/messages', async (request, reply) => {
    const body = messageBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ error: 'WRONG_SHAPE' });
    if (!messages.has(body.data.id)) messages.set(body.data.id, body.data);
    await keep();
    return { received: body.data.id };
  });
  server.get<{ Querystring: { after?: string } }>('/feedback', async (request) => page(feedback, request.query.after));
  server.get<{ Querystring: { after?: string } }>('/replies', async (request) => page(replies, request.query.after));
  // What a teacher does at the school's own screens.
  server.get('/teacher', async () => state());
  server.post('/teacher/feedback', async (request, reply) => {
    const body = feedbackPage.shape.items.element.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ error: 'WRONG_SHAPE' });
    feedback.push(body.data);
    await keep();
    return { given: body.data.id };
  });
  server.post('/teacher/replies', async (request, reply) => {
    const body = replyPage.shape.items.element.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ error: 'WRONG_SHAPE' });
    replies.push(body.data);
    await keep();
    return { given: body.data.id };
  });
  server.get('/courses', async () => ({ courses: options.courses }));

  return {
    server,
    handIns,
    messages,
    state,
    giveFeedback: (item) => void feedback.push(item),
    reply: (item) => void replies.push(item),
    setDown: (value) => {
      down = value;
    },
  };
}

function page<T>(all: readonly T[], after: string | undefined): { items: readonly T[]; cursor: string | null } {
  const start = Math.max(0, Number.parseInt(after ?? '0', 10) || 0);
  const items = all.slice(start, start + pageSize);
  return { items, cursor: items.length === 0 ? (after ?? null) : String(start + items.length) };
}
