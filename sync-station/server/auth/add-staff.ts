import { randomBytes } from 'node:crypto';
import { newStaffRequest } from '../../api/administrator.ts';
import type { Role } from '../../api/session.ts';
import { appendAudit } from '../../store/audit.ts';
import type { StationDatabase } from '../../store/database.ts';
import { DeskError } from './desk-error.ts';
import { hashPassword } from './password.ts';

/** A person who is to work at the desk. */
export interface NewStaff {
  readonly login: string;
  readonly displayName: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

/**
 * Adds a member of staff; `actor` is the administrator's id, or `station` for the command line.
 * Returns the new id. Throws DeskError LOGIN_TAKEN, WEAK_PASSWORD or BAD_REQUEST.
 */
export async function addStaff(
  db: StationDatabase,
  staff: NewStaff,
  options: { actor: string; nowMs: number },
): Promise<string> {
  const parsed = newStaffRequest.safeParse(staff);
  if (!parsed.success) throw new DeskError('BAD_REQUEST', { cause: parsed.error });
  const { login, displayName, password, roles } = parsed.data;
  const passwordHash = await hashPassword(password);
  const id = randomBytes(16).toString('hex');
  await db.transaction().execute(async (trx) => {
    const taken = await trx.selectFrom('staff').select('id').where('login', '=', login).executeTakeFirst();
    if (taken) throw new DeskError('LOGIN_TAKEN');
    await trx
      .insertInto('staff')
      .values({
        id,
        login,
        displayName,
        passwordHash,
        roles: JSON.stringify([...new Set(roles)]),
        disabled: 0,
        createdAtMs: options.nowMs,
      })
      .execute();
    await appendAudit(
      trx,
      { actor: options.actor, act: 'staff-added', subject: id, detail: { roles: roles.join(' ') } },
      options.nowMs,
    );
  });
  return id;
}
