import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError, z } from 'zod';
import type { DeskProblemCode } from '../../api/problem.ts';
import type { Role } from '../../api/session.ts';
import { DeskError } from '../auth/desk-error.ts';
import { findSession, freshMs, type StaffSession } from '../auth/sessions.ts';
import type { StationContext } from '../context.ts';

/** Who may call: everyone, every member of staff, or staff with one of these roles. */
export type Allow = 'everyone' | 'staff' | readonly Role[];

/** One desk route. `body` is read by its schema before `handle` runs. */
export interface DeskRoute<Body> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly allow: Allow;
  /** The password must have been given in the last ten minutes. */
  readonly fresh?: boolean;
  readonly body?: z.ZodType<Body>;
  readonly handle: (call: DeskCall<Body>) => Promise<unknown>;
}

/** What a handler gets. */
export interface DeskCall<Body> {
  readonly context: StationContext;
  readonly body: Body;
  /** Throws DeskError SIGN_IN_FIRST on a route that everyone may call. */
  readonly staff: () => StaffSession;
  readonly param: (name: string) => string;
  readonly query: (name: string) => string | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const fields = z.record(z.string(), z.unknown());

function textOf(value: unknown, name: string): string | undefined {
  const found = fields.safeParse(value).data?.[name];
  return typeof found === 'string' && found.length <= 600 ? found : undefined;
}

/** The cookie's name; `__Host-` binds it to this host where the line is encrypted. */
export function cookieName(context: StationContext): string {
  return context.config.deskOrigin.startsWith('https:') ? '__Host-leeslicht-desk' : 'leeslicht-desk';
}

/** Reads one cookie. Ours hold only base64url, so nothing needs decoding. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const cut = part.indexOf('=');
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim();
  }
  return undefined;
}

async function sessionOf(request: FastifyRequest, context: StationContext): Promise<StaffSession | undefined> {
  const token = readCookie(request, cookieName(context));
  if (!token) return undefined;
  // A screen that refreshes itself is no sign of a person in front of it.
  const active = request.headers['leeslicht-background'] !== '1';
  return findSession(context.db, token, context.now(), active);
}

function check<Body>(
  route: DeskRoute<Body>,
  session: StaffSession | undefined,
  context: StationContext,
  request: FastifyRequest,
) {
  // Browsers send Origin with every POST, so a missing one is as wrong as a foreign one.
  if (route.method !== 'GET' && request.headers.origin !== context.config.deskOrigin) {
    throw new DeskError('WRONG_ORIGIN');
  }
  if (route.allow === 'everyone') return;
  if (!session) throw new DeskError('SIGN_IN_FIRST');
  if (route.allow !== 'staff' && !route.allow.some((role) => session.roles.includes(role))) {
    throw new DeskError('ROLE_MISSING');
  }
  if (route.fresh && context.now() - session.authenticatedAtMs >= freshMs) throw new DeskError('PASSWORD_AGAIN');
}

function problemOf(error: unknown): { status: number; body: { error: DeskProblemCode; retryAfterSeconds?: number } } {
  if (error instanceof DeskError) {
    const retry = error.retryAfterSeconds;
    return {
      status: error.status,
      body: { error: error.code, ...(retry === undefined ? {} : { retryAfterSeconds: retry }) },
    };
  }
  if (error instanceof ZodError) return { status: 400, body: { error: 'BAD_REQUEST' } };
  return { status: 500, body: { error: 'INTERNAL' } };
}

/** Adds one route under /desk/api, with its checks: origin, session, role, fresh password, body. */
export function addRoute<Body = undefined>(
  desk: FastifyInstance,
  context: StationContext,
  route: DeskRoute<Body>,
): void {
  desk.route({
    method: route.method,
    url: `/desk/api${route.path}`,
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      try {
        const session = await sessionOf(request, context);
        check(route, session, context, request);
        const body = (route.body ?? z.any()).parse(route.body ? request.body : undefined);
        return await route.handle({
          context,
          body,
          staff: () => {
            if (!session) throw new DeskError('SIGN_IN_FIRST');
            return session;
          },
          param: (name) => {
            const value = textOf(request.params, name);
            if (value === undefined) throw new DeskError('BAD_REQUEST');
            return value;
          },
          query: (name) => textOf(request.query, name),
          request,
          reply,
        });
      } catch (error) {
        const { status, body } = problemOf(error);
        if (status >= 500) request.log.error({ err: error }, 'desk call failed');
        return reply.code(status).send(body);
      }
    },
  });
}
