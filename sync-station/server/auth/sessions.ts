import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Role, role } from '../../api/session.ts';
import type { StationDatabase } from '../../store/database.ts';

/** Without a click for this long a session ends. */
export const idleMs = 30 * 60_000;
/** However busy, a session ends after a working day. */
export const longestMs = 12 * 60 * 60_000;
/** For this long after the password, revoking and exporting need no password again. */
export const freshMs = 10 * 60_000;

/** Who is calling. */
export interface StaffSession {
  readonly tokenHash: string;
  readonly staffId: string;
  readonly login: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly authenticatedAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
}

/** Reads the JSON list of roles; a name that is no role grants nothing. */
export function parseRoles(text: string): Role[] {
  return z
    .array(z.string())
    .parse(JSON.parse(text))
    .flatMap((name) => role.safeParse(name).data ?? []);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Opens a session for a member of staff; returns the token for the cookie, of which only the hash is kept. */
export async function openSession(db: StationDatabase, staffId: string, nowMs: number): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const expiresAtMs = nowMs + longestMs;
  await db.deleteFrom('staffSessions').where('expiresAtMs', '<=', nowMs).execute();
  await db
    .insertInto('staffSessions')
    .values({
      tokenHash: hashOf(token),
      staffId,
      createdAtMs: nowMs,
      authenticatedAtMs: nowMs,
      lastSeenAtMs: nowMs,
      expiresAtMs,
    })
    .execute();
  return token;
}

/**
 * Finds the session of a token: not ended, not idle, of a person who still works here.
 * `active` counts the call as a sign of life; a screen that refreshes itself does not.
 */
export async function findSession(
  db: StationDatabase,
  token: string,
  nowMs: number,
  active: boolean,
): Promise<StaffSession | undefined> {
  const tokenHash = hashOf(token);
  const row = await db
    .selectFrom('staffSessions')
    .innerJoin('staff', 'staff.id', 'staffSessions.staffId')
    .select([
      'staffId',
      'login',
      'displayName',
      'roles',
      'disabled',
      'authenticatedAtMs',
      'lastSeenAtMs',
      'expiresAtMs',
    ])
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.disabled === 1 || nowMs >= row.expiresAtMs || nowMs - row.lastSeenAtMs >= idleMs) {
    await closeSession(db, tokenHash);
    return undefined;
  }
  // One write a minute is enough to know who is idle.
  const seen = active && nowMs - row.lastSeenAtMs >= 60_000;
  if (seen) {
    await db.updateTable('staffSessions').set({ lastSeenAtMs: nowMs }).where('tokenHash', '=', tokenHash).execute();
  }
  const { disabled: _, roles, ...rest } = row;
  return { ...rest, tokenHash, roles: parseRoles(roles), lastSeenAtMs: seen ? nowMs : row.lastSeenAtMs };
}

/** Notes that the password was given again. */
export async function refreshSession(db: StationDatabase, tokenHash: string, nowMs: number): Promise<void> {
  await db
    .updateTable('staffSessions')
    .set({ authenticatedAtMs: nowMs, lastSeenAtMs: nowMs })
    .where('tokenHash', '=', tokenHash)
    .execute();
}

/** Ends one session. */
export async function closeSession(db: StationDatabase, tokenHash: string): Promise<void> {
  await db.deleteFrom('staffSessions').where('tokenHash', '=', tokenHash).execute();
}

/** Ends all sessions of a person, as when the password changes or the account is closed. */
export async function closeAllSessions(db: Pick<StationDatabase, 'deleteFrom'>, staffId: string): Promise<void> {
  await db.deleteFrom('staffSessions').where('staffId', '=', staffId).execute();
}
