import { type APIRequestContext, request } from '@playwright/test';
import type { World } from './station.ts';

/** A member of staff at the desk, over the desk's own HTTP API. */
export interface Desk {
  get(path: string): Promise<unknown>;
  post(path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Signs in as `user`. */
export async function signIn(world: World, user: 'tutor' | 'officer' | 'admin'): Promise<Desk> {
  const api = await request.newContext({ baseURL: world.deskUrl, extraHTTPHeaders: { origin: world.deskUrl } });
  const read = async (answer: Awaited<ReturnType<APIRequestContext['get']>>): Promise<unknown> => {
    if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const desk: Desk = {
    get: async (path) => read(await api.get(`/desk/api${path}`)),
    post: async (path, body = {}) => read(await api.post(`/desk/api${path}`, { data: body })),
    close: () => api.dispose(),
  };
  await desk.post('/login', { login: user, password: world.password });
  return desk;
}

/** A member of an answer, by its path. Fails the test when it is not there. */
export function member(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null || !(key in at)) throw new Error(`no ${key} in ${JSON.stringify(value)}`);
    return Object.entries(at).find(([name]) => name === String(key))?.[1];
  }, value);
}

/** A text in an answer, by its path. */
export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = member(value, ...path);
  if (typeof found !== 'string') throw new Error(`${path.join('.')} is not a text in ${JSON.stringify(value)}`);
  return found;
}

/** A list in an answer, by its path. */
export function list(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = member(value, ...path);
  if (!Array.isArray(found)) throw new Error(`${path.join('.')} is not a list in ${JSON.stringify(value)}`);
  return found;
}
