import type { ZodType } from 'zod';
import { type Page, type Upstream, UpstreamError, type UpstreamFeedback } from '../upstream.ts';
import { courseList, feedbackPage, replyPage } from './school-api.ts';

/** Reaches a school that speaks the fake school's API at `baseUrl`, with its access token. */
export function createSchoolUpstream(options: { baseUrl: string; token: string }): Upstream {
  const call = (path: string, body?: unknown): Promise<Response> => request(options, path, body);
  return {
    kind: 'school',
    handIn: async ({ attachment, ...work }) => {
      await call('/hand-ins', { ...work, ...(attachment ? { attachment: encode(attachment) } : {}) });
    },
    sendMessage: async (message) => {
      await call('/messages', message);
    },
    fetchFeedback: async (after): Promise<Page<UpstreamFeedback>> => {
      const page = await read(await call(`/feedback${query(after)}`), feedbackPage);
      return {
        cursor: page.cursor,
        items: page.items.map(({ attachment, mark, ...item }) => ({
          ...item,
          mark,
          attachment: attachment
            ? { fileName: attachment.fileName, bytes: new Uint8Array(Buffer.from(attachment.base64, 'base64')) }
            : undefined,
        })),
      };
    },
    fetchMessages: async (after) => read(await call(`/replies${query(after)}`), replyPage),
    courses: async () => (await read(await call('/courses'), courseList)).courses,
  };
}

const query = (after: string | null): string => (after === null ? '' : `?after=${encodeURIComponent(after)}`);

const encode = (file: { fileName: string; bytes: Uint8Array }): { fileName: string; base64: string } => ({
  fileName: file.fileName,
  base64: Buffer.from(file.bytes).toString('base64'),
});

async function request(to: { baseUrl: string; token: string }, path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${to.baseUrl.replace(/\/+$/, '')}${path}`, {
      redirect: 'error',
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${to.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new UpstreamError({ code: 'UNREACHABLE', cause });
  }
  if (response.status >= 500) throw new UpstreamError({ code: 'UNREACHABLE', cause: response.status });
  if (!response.ok) throw new UpstreamError({ code: 'REFUSED', cause: response.status });
  return response;
}

async function read<T>(response: Response, shape: ZodType<T>): Promise<T> {
  try {
    return shape.parse(await response.json());
  } catch (cause) {
    throw new UpstreamError({ code: 'WRONG_ANSWER', cause });
  }
}
