import type { StationDatabase } from '../../store/database.ts';
import { learnerNames } from '../../store/desk-work.ts';

/** One thing that happened to a device. `code` is an act of the audit log or a device event. */
export interface HistoryLine {
  readonly atMs: number;
  readonly code: string;
  readonly actor: string | null;
  readonly note: string | null;
}

const limit = 100;

/** Names of staff by id, for a screen; the audit log itself holds pseudonyms only. */
export async function staffNames(db: StationDatabase): Promise<Map<string, string>> {
  const rows = await db.selectFrom('staff').select(['id', 'displayName']).execute();
  return new Map(rows.map((row) => [row.id, row.displayName]));
}

/** What happened to a device, newest first: acts of staff and station, and what the device itself showed. */
export async function deviceHistory(db: StationDatabase, deviceId: string): Promise<HistoryLine[]> {
  const [staff, learners, acts, events] = await Promise.all([
    staffNames(db),
    learnerNames(db),
    db
      .selectFrom('auditLog')
      .select(['atMs', 'act', 'actor'])
      .where((row) => row.or([row('subject', '=', deviceId), row('actor', '=', `device:${deviceId}`)]))
      .orderBy('sequence', 'desc')
      .limit(limit)
      .execute(),
    db
      .selectFrom('deviceEvents')
      .select(['atMs', 'code', 'note'])
      .where('deviceId', '=', deviceId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  ]);
  const nameOf = (actor: string) => staff.get(actor) ?? learners.get(actor) ?? null;
  return [
    ...acts.map((row) => ({ atMs: row.atMs, code: row.act, actor: nameOf(row.actor), note: null })),
    ...events.map((row) => ({ atMs: row.atMs, code: row.code, actor: null, note: row.note })),
  ]
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, limit);
}
