import { createHash, randomInt } from 'node:crypto';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';

/** How long a room code may be used. */
export const PRESENCE_LIFETIME_MS = 10 * 60_000;

/** Makes a room code (six digits, one use) for a learner whose device has just proved itself. */
export async function openPresence(
  db: StationDatabase,
  fields: { readonly deviceId: string; readonly learnerId: string },
  nowMs: number,
): Promise<string> {
  return db.transaction().execute(async (trx) => {
    // A used or old code may be given out again.
    await trx
      .deleteFrom('presenceCodes')
      .where((row) => row.or([row('expiresAtMs', '<=', nowMs), row('deviceId', '=', fields.deviceId)]))
      .execute();
    const taken = new Set(
      (await trx.selectFrom('presenceCodes').select('codeHash').execute()).map((row) => row.codeHash),
    );
    let code = sixDigits();
    while (taken.has(hashRoomCode(code))) code = sixDigits();
    const expiresAtMs = nowMs + PRESENCE_LIFETIME_MS;
    await trx
      .insertInto('presenceCodes')
      .values({ ...fields, codeHash: hashRoomCode(code), createdAtMs: nowMs, expiresAtMs, usedAtMs: null })
      .execute();
    const act = { actor: `device:${fields.deviceId}`, act: 'presence-shown', subject: fields.learnerId, detail: {} };
    await appendAudit(trx, act, nowMs);
    return code;
  });
}

/** Whose room code this is, without using it up. */
export async function findPresence(
  db: StationDatabase,
  code: string,
  nowMs: number,
): Promise<{ learnerId: string; deviceId: string; expiresAtMs: number } | undefined> {
  return db
    .selectFrom('presenceCodes')
    .select(['learnerId', 'deviceId', 'expiresAtMs'])
    .where('codeHash', '=', hashRoomCode(code))
    .where('usedAtMs', 'is', null)
    .where('expiresAtMs', '>', nowMs)
    .executeTakeFirst();
}

function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** Room codes are kept only as this hash. */
export function hashRoomCode(code: string): string {
  return createHash('sha256').update(`leeslicht-room-v1\n${code}`).digest('hex');
}
