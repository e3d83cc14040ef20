import Fastify, { type FastifyInstance } from 'fastify';
import type { Role } from '../../api/session.ts';
import { addStaff } from '../auth/add-staff.ts';
import { registerDeskRoutes } from '../desk-routes/index.ts';
import type { TestStation } from './open-test-station.ts';

/** The password of everybody at a test desk. */
export const TEST_PASSWORD = 'correct horse battery';

const ORIGIN = 'http://127.0.0.1:8080';

/** An answer of the desk; `json` is checked by the test that reads it. */
export interface DeskAnswer {
  readonly status: number;
  readonly text: string;
  json(): ReturnType<typeof JSON.parse>;
}

/** A desk with one person of each role, for calls as that person. */
export interface TestDesk {
  readonly app: FastifyInstance;
  get(role: Role, path: string): Promise<DeskAnswer>;
  post(role: Role, path: string, body?: object): Promise<DeskAnswer>;
}

/** Opens the desk of a test station. Nobody is signed in until their first call. */
export async function openTestDesk(station: TestStation): Promise<TestDesk> {
  const app = Fastify();
  await registerDeskRoutes(app, station.context);
  const cookies = new Map<Role, string>();

  async function cookieOf(role: Role): Promise<string> {
    const known = cookies.get(role);
    if (known !== undefined) return known;
    const person = { login: role, displayName: role, password: TEST_PASSWORD, roles: [role] };
    await addStaff(station.context.db, person, { actor: 'station', nowMs: station.context.now() });
    const answer = await call('POST', '/login', '', { login: role, password: TEST_PASSWORD });
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    cookies.set(role, cookie);
    return cookie;
  }

  const call = (method: 'GET' | 'POST', path: string, cookie: string, body?: object) =>
    app.inject({
      method,
      url: `/desk/api${path}`,
      headers: { host: '127.0.0.1:8080', origin: ORIGIN, cookie },
      ...(body ? { payload: body } : {}),
    });

  async function as(role: Role, method: 'GET' | 'POST', path: string, body?: object): Promise<DeskAnswer> {
    const answer = await call(method, path, await cookieOf(role), body);
    return { status: answer.statusCode, text: answer.body, json: () => JSON.parse(answer.body) };
  }

  return {
    app,
    get: (role, path) => as(role, 'GET', path),
    post: (role, path, body) => as(role, 'POST', path, body),
  };
}
