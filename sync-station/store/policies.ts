import type { Transaction } from 'kysely';
import { parseJson } from '#core/json/strict-json.ts';
import { type Policy, type PolicyLevels, policyShape } from '#core/policy/policy.ts';
import { appendAudit } from './audit.ts';
import type { StationDatabase } from './database.ts';
import { randomId } from './random-id.ts';
import type { PoliciesTable, StationSchema } from './schema.ts';

type Queries = StationDatabase | Transaction<StationSchema>;

/** A level that people set at the desk. */
export type SetLevel = PoliciesTable['level'];

/** The one subject of the institution's policy. */
export const INSTITUTION = 'site';

const MAX_POLICY_BYTES = 512 * 1024;

/** A group and who is in it. */
export interface LearnerGroup {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
}

/** What one level says about one subject; undefined when nobody has said anything. */
export async function readPolicy(db: Queries, level: SetLevel, subject: string): Promise<Policy | undefined> {
  const row = await db
    .selectFrom('policies')
    .select('policy')
    .where('level', '=', level)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row && parsePolicy(row.policy);
}

/** What the levels that people set say about one device in one learner's hands. */
export async function readLevels(
  db: Queries,
  who: { readonly deviceId: string; readonly learnerId: string },
): Promise<Pick<PolicyLevels, SetLevel>> {
  const group = await groupOf(db, who.learnerId);
  const subjects: readonly (readonly [SetLevel, string | undefined])[] = [
    ['institution', INSTITUTION],
    ['group', group],
    ['device', who.deviceId],
    ['person', who.learnerId],
  ];
  const said = await Promise.all(
    subjects.map(async ([level, subject]) => {
      const policy = subject === undefined ? undefined : await readPolicy(db, level, subject);
      return policy ? { [level]: policy } : {};
    }),
  );
  return Object.assign({}, ...said);
}

/** Sets what one level says, with an audit entry that says what it is now. */
export async function setPolicy(
  db: StationDatabase,
  fields: { readonly level: SetLevel; readonly subject: string; readonly policy: Policy; readonly actor: string },
  nowMs: number,
): Promise<void> {
  const { level, subject, actor } = fields;
  const policy = JSON.stringify(fields.policy);
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('policies')
      .values({ level, subject, policy, changedBy: actor, changedAtMs: nowMs })
      .onConflict((conflict) =>
        conflict.columns(['level', 'subject']).doUpdateSet({ policy, changedBy: actor, changedAtMs: nowMs }),
      )
      .execute();
    await appendAudit(trx, { actor, act: 'policy-changed', subject, detail: { level, policy } }, nowMs);
  });
}

/** The group that a learner is in. */
export async function groupOf(db: Queries, learnerId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('groupMembers')
    .select('groupId')
    .where('learnerId', '=', learnerId)
    .executeTakeFirst();
  return row?.groupId;
}

/** All groups, by name. */
export async function listGroups(db: Queries): Promise<LearnerGroup[]> {
  const [groups, members] = await Promise.all([
    db.selectFrom('learnerGroups').select(['id', 'name']).orderBy('name').execute(),
    db.selectFrom('groupMembers').selectAll().execute(),
  ]);
  return groups.map((group) => ({
    ...group,
    members: members.filter(({ groupId }) => groupId === group.id).map(({ learnerId }) => learnerId),
  }));
}

/** Adds a group. Returns its id, or undefined when the name is taken. */
export async function addGroup(
  db: StationDatabase,
  fields: { readonly name: string; readonly actor: string },
  nowMs: number,
): Promise<string | undefined> {
  const { name, actor } = fields;
  return db.transaction().execute(async (trx) => {
    const taken = await trx.selectFrom('learnerGroups').select('id').where('name', '=', name).executeTakeFirst();
    if (taken) return undefined;
    const id = randomId();
    await trx.insertInto('learnerGroups').values({ id, name, createdAtMs: nowMs }).execute();
    await appendAudit(trx, { actor, act: 'group-added', subject: id, detail: {} }, nowMs);
    return id;
  });
}

/** Puts a learner into a group, or takes one out. Returns false when there is no such learner or group. */
export async function setGroup(
  db: StationDatabase,
  fields: { readonly learnerId: string; readonly groupId: string | null; readonly actor: string },
  nowMs: number,
): Promise<boolean> {
  const { learnerId, groupId, actor } = fields;
  return db.transaction().execute(async (trx) => {
    const learner = await trx.selectFrom('learners').select('id').where('id', '=', learnerId).executeTakeFirst();
    const group =
      groupId === null ||
      (await trx.selectFrom('learnerGroups').select('id').where('id', '=', groupId).executeTakeFirst());
    if (!learner || !group) return false;
    await trx.deleteFrom('groupMembers').where('learnerId', '=', learnerId).execute();
    if (groupId !== null) await trx.insertInto('groupMembers').values({ learnerId, groupId }).execute();
    await appendAudit(
      trx,
      { actor, act: 'group-changed', subject: learnerId, detail: { group: groupId ?? '' } },
      nowMs,
    );
    return true;
  });
}

function parsePolicy(text: string): Policy {
  return policyShape(parseJson(new TextEncoder().encode(text), { maxBytes: MAX_POLICY_BYTES }), '');
}
