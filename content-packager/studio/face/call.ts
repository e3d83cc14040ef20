import type { z } from 'zod';
import { studioProblem } from '../studio-api.ts';

/** An answer that is not good, with words for people. */
export class StudioCallError extends Error {
  override readonly name = 'StudioCallError';
  readonly problem: z.infer<typeof studioProblem>;

  constructor(problem: z.infer<typeof studioProblem>, options?: { cause?: unknown }) {
    super(problem.code, options);
    this.problem = problem;
  }
}

const token = location.hash.slice(1);
const lost = { code: 'NO_STUDIO', problem: 'the studio does not answer', advice: 'Start "leeslicht studio" again.' };

async function send(method: string, path: string, body?: BodyInit, type?: string): Promise<unknown> {
  const headers = { 'x-studio-token': token, ...(type ? { 'content-type': type } : {}) };
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  } catch (cause) {
    throw new StudioCallError(lost, { cause });
  }
  const json: unknown = await answer.json();
  if (answer.ok) return json;
  const problem = studioProblem.safeParse(json);
  throw new StudioCallError(problem.success ? problem.data : lost);
}

/** Asks for something and reads it by its shape. Throws StudioCallError. */
export async function ask<T>(shape: z.ZodType<T>, path: string): Promise<T> {
  return shape.parse(await send('GET', path));
}

/** Tells the studio something, and reads its answer by its shape. Throws StudioCallError. */
export async function tell<T>(shape: z.ZodType<T>, path: string, body: object): Promise<T> {
  return shape.parse(await send('POST', path, JSON.stringify(body), 'application/json'));
}

/** Sends one file of a course that was dropped on the page. */
export async function upload(path: string, file: File): Promise<void> {
  const address = path.split('/').map(encodeURIComponent).join('/');
  await send('PUT', `/uploads/${address}`, file, 'application/octet-stream');
}
