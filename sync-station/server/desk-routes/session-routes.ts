import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { freshRequest, loginRequest, type Session, type session } from '../../api/session.ts';
import { appendAudit } from '../../store/audit.ts';
import { DeskError } from '../auth/desk-error.ts';
import { createLoginDelay } from '../auth/login-delay.ts';
import { checkPassword } from '../auth/password.ts';
import {
  closeSession,
  findSession,
  freshMs,
  idleMs,
  openSession,
  refreshSession,
  type StaffSession,
} from '../auth/sessions.ts';
import type { StationContext } from '../context.ts';
import { addRoute, cookieName, type DeskCall } from './call.ts';

function show(staff: StaffSession, context: StationContext): Session {
  const answer: z.infer<typeof session> = {
    staff: { id: staff.staffId, login: staff.login, displayName: staff.displayName, roles: [...staff.roles] },
    freshUntilMs: staff.authenticatedAtMs + freshMs,
    idleUntilMs: Math.min(staff.expiresAtMs, staff.lastSeenAtMs + idleMs),
    station: { stationName: context.config.stationName, siteName: context.config.siteName },
    nowMs: context.now(),
  };
  return answer;
}

function setCookie(call: DeskCall<unknown>, value: string, maxAge: string): void {
  const secure = call.context.config.deskOrigin.startsWith('https:') ? '; Secure' : '';
  call.reply.header(
    'set-cookie',
    `${cookieName(call.context)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}${maxAge}`,
  );
}

/** Login, logout, who am I, and the password again. */
export function addSessionRoutes(desk: FastifyInstance, context: StationContext): void {
  const delay = createLoginDelay();

  async function checkWithDelay(keys: readonly string[], password: string, hash: string | undefined): Promise<boolean> {
    const waitMs = Math.max(...keys.map((key) => delay.waitMs(key, context.now())));
    if (waitMs > 0) throw new DeskError('WAIT_BEFORE_LOGIN', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    // Counted before the check, so that many tries at the same moment are not all free.
    for (const key of keys) delay.failed(key, context.now());
    const fits = await checkPassword(password, hash);
    if (fits) for (const key of keys) delay.succeeded(key);
    return fits;
  }

  addRoute(desk, context, {
    method: 'GET',
    path: '/session',
    allow: 'staff',
    handle: async (call) => show(call.staff(), context),
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/login',
    allow: 'everyone',
    body: loginRequest,
    handle: async (call) => {
      const login = call.body.login.trim().toLowerCase();
      const row = await context.db
        .selectFrom('staff')
        .select(['id', 'passwordHash', 'disabled'])
        .where('login', '=', login)
        .executeTakeFirst();
      const usable = row?.disabled === 0 ? row : undefined;
      const keys = [`login:${login}`, `address:${call.request.ip}`];
      if (!(await checkWithDelay(keys, call.body.password, usable?.passwordHash)) || !usable) {
        throw new DeskError('WRONG_LOGIN');
      }
      const nowMs = context.now();
      const token = await openSession(context.db, usable.id, nowMs);
      await context.db.transaction().execute(async (trx) => {
        await appendAudit(trx, { actor: usable.id, act: 'signed-in', subject: usable.id, detail: {} }, nowMs);
      });
      setCookie(call, token, '');
      const opened = await findSession(context.db, token, nowMs, false);
      if (!opened) throw new DeskError('SIGN_IN_FIRST');
      return show(opened, context);
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/session/fresh',
    allow: 'staff',
    body: freshRequest,
    handle: async (call) => {
      const staff = call.staff();
      const row = await context.db
        .selectFrom('staff')
        .select('passwordHash')
        .where('id', '=', staff.staffId)
        .executeTakeFirst();
      if (!(await checkWithDelay([`fresh:${staff.staffId}`], call.body.password, row?.passwordHash))) {
        throw new DeskError('WRONG_LOGIN');
      }
      await refreshSession(context.db, staff.tokenHash, context.now());
      return show({ ...staff, authenticatedAtMs: context.now(), lastSeenAtMs: context.now() }, context);
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/logout',
    allow: 'staff',
    handle: async (call) => {
      await closeSession(context.db, call.staff().tokenHash);
      setCookie(call, '', '; Max-Age=0');
      return { ok: true };
    },
  });
}
