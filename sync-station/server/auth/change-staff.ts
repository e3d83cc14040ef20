import type { z } from 'zod';
import type { changeStaffRequest } from '../../api/administrator.ts';
import { appendAudit } from '../../store/audit.ts';
import type { StationDatabase } from '../../store/database.ts';
import { DeskError } from './desk-error.ts';
import { hashPassword } from './password.ts';
import { closeAllSessions, parseRoles } from './sessions.ts';

/**
 * Changes a member of staff. A new password, other roles or a closed account end that person's sessions.
 * Throws DeskError LAST_ADMINISTRATOR when nobody would be left to run the station.
 */
export async function changeStaff(
  db: StationDatabase,
  id: string,
  change: z.infer<typeof changeStaffRequest>,
  options: { actor: string; nowMs: number },
): Promise<void> {
  const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
  await db.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('staff').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new DeskError('NOT_FOUND');
    const roles = change.roles === undefined ? row.roles : JSON.stringify([...new Set(change.roles)]);
    const disabled = change.disabled === undefined ? row.disabled : change.disabled ? 1 : 0;
    await trx
      .updateTable('staff')
      .set({
        displayName: change.displayName ?? row.displayName,
        passwordHash: passwordHash ?? row.passwordHash,
        roles,
        disabled,
      })
      .where('id', '=', id)
      .execute();
    const active = await trx.selectFrom('staff').select('roles').where('disabled', '=', 0).execute();
    // The check after the change sees exactly what would be left; throwing undoes it.
    if (!active.some((one) => parseRoles(one.roles).includes('administrator'))) {
      throw new DeskError('LAST_ADMINISTRATOR');
    }
    if (passwordHash !== undefined || roles !== row.roles || disabled !== row.disabled) {
      await closeAllSessions(trx, id);
    }
    const detail = {
      roles: parseRoles(roles).join(' '),
      disabled,
      password: passwordHash === undefined ? 'same' : 'new',
    };
    await appendAudit(trx, { actor: options.actor, act: 'staff-changed', subject: id, detail }, options.nowMs);
  });
}
