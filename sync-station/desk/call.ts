import { z } from 'zod';
import { type DeskProblemCode, deskProblem } from '../api/problem.ts';

/** The station said no, or could not be reached (`OFFLINE`). */
export class CallError extends Error {
  readonly code: DeskProblemCode | 'OFFLINE';
  readonly retryAfterSeconds: number | undefined;
  constructor(code: DeskProblemCode | 'OFFLINE', options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = 'CallError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

async function send(path: string, init: RequestInit): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(`/desk/api${path}`, init);
    if (answer.ok) return await answer.json();
  } catch (cause) {
    throw new CallError('OFFLINE', { cause });
  }
  const told = deskProblem.safeParse(await answer.json().catch(() => undefined)).data;
  const retry = told?.retryAfterSeconds;
  throw new CallError(told?.error ?? 'INTERNAL', retry === undefined ? {} : { retryAfterSeconds: retry });
}

/** Asks the station. `background` marks a refresh that nobody clicked for. Throws CallError. */
export async function ask<T>(schema: z.ZodType<T>, path: string, background = false): Promise<T> {
  return schema.parse(await send(path, { headers: background ? { 'leeslicht-background': '1' } : {} }));
}

/** Tells the station to do something. Throws CallError. */
export async function tell<T>(schema: z.ZodType<T>, path: string, body?: unknown): Promise<T> {
  const init =
    body === undefined
      ? { method: 'POST' }
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return schema.parse(await send(path, init));
}

/** Any answer will do: the act is what counts. */
export const anything = z.unknown();
