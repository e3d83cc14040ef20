import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { makeCode } from '#core/enrolment/code.ts';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { randomId } from './random-id.ts';
import type { StationSchema } from './schema.ts';

/** How long a number for a report is good. */
export const CHECK_LIFETIME_MS = 30 * 60_000;

/** Opens a check of a device in hand: the number that its report must be made for. */
export async function openCheck(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly actor: string },
  nowMs: number,
): Promise<{ readonly number: string; readonly expiresAtMs: number }> {
  const number = makeCode((length) => new Uint8Array(randomBytes(length)));
  const expiresAtMs = nowMs + CHECK_LIFETIME_MS;
  const { deviceId, actor } = fields;
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('deviceChecks')
      .values({
        ...{ id: randomId(), deviceId, nonce: number, openedBy: actor, openedAtMs: nowMs },
        ...{ expiresAtMs, usedAtMs: null },
      })
      .execute();
    await appendAudit(trx, { actor, act: 'check-opened', subject: deviceId, detail: {} }, nowMs);
  });
  return { number, expiresAtMs };
}

/** Uses a number up. False when it was not given for this device, is too old, or was used for a report before. */
export async function takeCheck(
  trx: Transaction<StationSchema>,
  deviceId: string,
  number: string,
  nowMs: number,
): Promise<boolean> {
  const taken = await trx
    .updateTable('deviceChecks')
    .set({ usedAtMs: nowMs })
    .where('deviceId', '=', deviceId)
    .where('nonce', '=', number)
    .where('usedAtMs', 'is', null)
    .where('expiresAtMs', '>', nowMs)
    .executeTakeFirst();
  return taken.numUpdatedRows > 0n;
}
