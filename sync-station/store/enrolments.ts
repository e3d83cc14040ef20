import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { makeCode } from '#core/enrolment/code.ts';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { parseNames } from './devices.ts';
import { randomId } from './random-id.ts';
import type { EnrolmentsTable } from './schema.ts';

/** How long a code may be used. */
export const CODE_LIFETIME_MS = 10 * 60_000;
const TRIES = 5;
// Two characters only find the row; the eight that follow are 40 secret bits.
const SELECTOR_LENGTH = 2;
const CODE_LENGTH = 10;

/** An enrolment as routes and the desk use it. */
export interface Enrolment {
  readonly id: string;
  readonly learnerId: string;
  readonly capabilities: readonly string[];
  readonly state: EnrolmentsTable['state'];
  readonly triesLeft: number;
  readonly openedBy: string;
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
  /** The device's self-signed request, as envelope JSON. */
  readonly request: string | null;
  readonly deviceNonce: string | null;
  readonly stationNonce: string | null;
  readonly deviceId: string | null;
  readonly licence: string | null;
  readonly deviceEpoch: number | null;
}

/**
 * Opens an enrolment and returns the one-use code (`XXXXX-XXXXX`), which is kept nowhere.
 * It works for 10 minutes and 5 tries. `openedBy` is the staff id.
 */
export async function openEnrolment(
  db: StationDatabase,
  fields: { readonly learnerId: string; readonly capabilities: readonly string[]; readonly openedBy: string },
  nowMs: number,
): Promise<{ id: string; code: string; expiresAtMs: number }> {
  const id = randomId();
  const expiresAtMs = nowMs + CODE_LIFETIME_MS;
  return db.transaction().execute(async (trx) => {
    const open = await trx
      .selectFrom('enrolments')
      .select('selector')
      .where('state', '=', 'open')
      .where('expiresAtMs', '>', nowMs)
      .execute();
    const taken = new Set(open.map((row) => row.selector));
    let code = randomCode();
    while (taken.has(selectorOf(code))) code = randomCode();
    await trx
      .insertInto('enrolments')
      .values({
        id,
        selector: selectorOf(code),
        codeHash: hashCode(id, code),
        learnerId: fields.learnerId,
        capabilities: JSON.stringify(fields.capabilities),
        state: 'open',
        triesLeft: TRIES,
        openedBy: fields.openedBy,
        openedAtMs: nowMs,
        expiresAtMs,
        request: null,
        deviceNonce: null,
        stationNonce: null,
        deviceId: null,
        licence: null,
        deviceEpoch: null,
      })
      .execute();
    const act = { actor: fields.openedBy, act: 'enrolment-opened', subject: id, detail: { learner: fields.learnerId } };
    await appendAudit(trx, act, nowMs);
    return { id, code: `${code.slice(0, 5)}-${code.slice(5)}`, expiresAtMs };
  });
}

/** What a code brought. */
export type CodeUse =
  | { readonly kind: 'taken'; readonly enrolmentId: string; readonly stationNonce: string }
  | { readonly kind: 'refused'; readonly code: 'WRONG_CODE' | 'CODE_EXPIRED' };

/**
 * Uses up a code: keeps the device's request with it, or counts the try. `code` is normalised (ten characters).
 * The same request with the same code again gets the same answer, for a device that missed it.
 */
export async function takeCode(
  db: StationDatabase,
  fields: {
    readonly code: string;
    readonly request: string;
    readonly deviceId: string;
    readonly deviceNonce: string;
    readonly stationNonce: string;
  },
  nowMs: number,
): Promise<CodeUse> {
  if (fields.code.length !== CODE_LENGTH) return { kind: 'refused', code: 'WRONG_CODE' };
  return db.transaction().execute(async (trx): Promise<CodeUse> => {
    const rows = await trx
      .selectFrom('enrolments')
      .select(['id', 'codeHash', 'state', 'triesLeft', 'expiresAtMs', 'request', 'stationNonce'])
      .where('selector', '=', selectorOf(fields.code))
      .where('state', 'in', ['open', 'requested'])
      .orderBy('openedAtMs', 'desc')
      .execute();
    for (const row of rows) {
      if (!sameHash(row.codeHash, hashCode(row.id, fields.code))) continue;
      if (row.expiresAtMs <= nowMs || row.triesLeft <= 0) return { kind: 'refused', code: 'CODE_EXPIRED' };
      if (row.state === 'requested') {
        if (row.request !== fields.request || row.stationNonce === null) return { kind: 'refused', code: 'WRONG_CODE' };
        return { kind: 'taken', enrolmentId: row.id, stationNonce: row.stationNonce };
      }
      const { request, deviceId, deviceNonce, stationNonce } = fields;
      await trx
        .updateTable('enrolments')
        .set({ state: 'requested', request, deviceId, deviceNonce, stationNonce })
        .where('id', '=', row.id)
        .execute();
      const act = { actor: `device:${deviceId}`, act: 'enrolment-requested', subject: row.id, detail: {} };
      await appendAudit(trx, act, nowMs);
      return { kind: 'taken', enrolmentId: row.id, stationNonce };
    }
    const tried = rows.filter((row) => row.state === 'open' && row.triesLeft > 0 && row.expiresAtMs > nowMs);
    for (const row of tried) {
      const triesLeft = row.triesLeft - 1;
      const state = triesLeft === 0 ? 'expired' : 'open';
      await trx.updateTable('enrolments').set({ triesLeft, state }).where('id', '=', row.id).execute();
    }
    return { kind: 'refused', code: 'WRONG_CODE' };
  });
}

/** The enrolment with this id. */
export async function findEnrolment(db: StationDatabase, id: string): Promise<Enrolment | undefined> {
  const row = await db.selectFrom('enrolments').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toEnrolment(row);
}

/** Refuses an enrolment that is not confirmed. Returns false when there is nothing to refuse. */
export async function refuseEnrolment(
  db: StationDatabase,
  fields: { readonly enrolmentId: string; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const changed = await trx
      .updateTable('enrolments')
      .set({ state: 'refused' })
      .where('id', '=', fields.enrolmentId)
      .where('state', 'in', ['open', 'requested'])
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return false;
    const act = { actor: fields.actor, act: 'enrolment-refused', subject: fields.enrolmentId, detail: {} };
    await appendAudit(trx, act, nowMs);
    return true;
  });
}

function toEnrolment(row: EnrolmentsTable): Enrolment {
  const { selector: _selector, codeHash: _codeHash, ...rest } = row;
  return { ...rest, capabilities: parseNames(row.capabilities) };
}

// From core, so that what is made here is what a device can type.
function randomCode(): string {
  return makeCode((length) => new Uint8Array(randomBytes(length))).replace('-', '');
}

function selectorOf(code: string): string {
  return code.slice(0, SELECTOR_LENGTH);
}

function hashCode(id: string, code: string): string {
  return createHash('sha256').update(`leeslicht-code-v1\n${id}\n${code}`).digest('hex');
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}
