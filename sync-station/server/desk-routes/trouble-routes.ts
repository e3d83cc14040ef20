import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { auditCheck, auditPage, Trouble, troubleCount } from '../../api/security.ts';
import { appendAudit, findBrokenAudit } from '../../store/audit.ts';
import { learnerNames } from '../../store/desk-work.ts';
import { countDevicesToLookAt, openLooks } from '../../store/device-events.ts';
import { resolveFork } from '../../store/forks.ts';
import { openBranches } from '../../store/parcels.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { addRoute } from './call.ts';
import { revocationsOf } from './revocations.ts';

const allow = ['security'] as const;
const pageSize = 100;

const forkOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('revoke') }),
  z.object({
    kind: z.literal('continue'),
    headParcelId: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
  }),
]);

const refusal = z.object({ payload: z.string() });

/** The code inside a refusal that this station signed. */
function codeOf(envelope: string | null): string {
  if (envelope === null) return 'UNKNOWN';
  const { payload } = refusal.parse(JSON.parse(envelope));
  const told = z.object({ code: z.string() }).safeParse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  return told.data?.code ?? 'UNKNOWN';
}

async function troubleNow(context: StationContext): Promise<Trouble> {
  const { db } = context;
  const names = await learnerNames(db);
  const devices = new Map(
    (await db.selectFrom('devices').select(['id', 'learnerId']).execute()).map((row) => [row.id, row.learnerId]),
  );
  const learner = (deviceId: string) => {
    const id = devices.get(deviceId);
    return id === undefined ? null : { id, displayName: names.get(id) ?? null };
  };
  const forks = new Map<string, Trouble['forks'][number]>();
  const of = (deviceId: string) => ({ deviceId, learner: learner(deviceId) ?? { id: deviceId, displayName: null } });
  const noticed = await openLooks(db);
  const nobody = (deviceId: string): Trouble['forks'][number] => ({ ...of(deviceId), branches: [] });
  // A copy that shows itself at a renewal alone has no parcels to choose from.
  const forked = await db.selectFrom('devices').select('id').where('state', '=', 'forked').execute();
  for (const { id } of forked) forks.set(id, nobody(id));
  for (const branch of await openBranches(db)) {
    const { deviceId, parcelId, sequence, deviceEpoch, foundAtMs } = branch;
    const found = forks.get(deviceId) ?? nobody(deviceId);
    found.branches.push({ parcelId, sequence, deviceEpoch, foundAtMs });
    forks.set(deviceId, found);
  }
  const quarantined = await db
    .selectFrom('parcels')
    .select(['id', 'deviceId', 'receivedAtMs', 'sizeBytes', 'refusal'])
    .where('state', '=', 'quarantined')
    .orderBy('receivedAtMs', 'desc')
    .limit(200)
    .execute();
  return {
    noticed: [...noticed].map(([deviceId, looks]) => ({ ...of(deviceId), looks: [...looks] })),
    forks: [...forks.values()],
    quarantined: quarantined.map((row) => ({
      parcelId: row.id,
      deviceId: row.deviceId,
      learner: learner(row.deviceId),
      receivedAtMs: row.receivedAtMs,
      sizeBytes: row.sizeBytes,
      code: codeOf(row.refusal),
    })),
    revocations: await revocationsOf(context),
  };
}

/** What devices noticed, forks, quarantined parcels, revocations still to be published, and the audit log. */
export function addTroubleRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/trouble',
    allow,
    handle: async () => troubleNow(context),
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/trouble/count',
    allow,
    handle: async (): Promise<z.infer<typeof troubleCount>> => ({ devices: await countDevicesToLookAt(db) }),
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/forks/:deviceId',
    allow,
    fresh: true,
    body: forkOutcome,
    handle: async (call) => {
      const fields = { deviceId: call.param('deviceId'), outcome: call.body, actor: call.staff().staffId };
      if (!(await resolveFork(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      context.jobs.wake();
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/audit',
    allow,
    handle: async (call): Promise<z.infer<typeof auditPage>> => {
      const before = z.coerce.number().int().positive().optional().parse(call.query('before'));
      const rows = await db
        .selectFrom('auditLog')
        .select(['sequence', 'atMs', 'actor', 'act', 'subject', 'detail', 'hash'])
        .where('sequence', '<', before ?? Number.MAX_SAFE_INTEGER)
        .orderBy('sequence', 'desc')
        .limit(pageSize)
        .execute();
      const last = rows.at(-1);
      return { entries: rows, older: last && last.sequence > 1 ? last.sequence : null };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/audit/check',
    allow,
    handle: async (): Promise<z.infer<typeof auditCheck>> => {
      const brokenAt = await findBrokenAudit(db);
      const count = await db
        .selectFrom('auditLog')
        .select((query) => query.fn.countAll<number>().as('count'))
        .executeTakeFirst();
      return { entries: Number(count?.count ?? 0), brokenAt: brokenAt ?? null };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/audit/export',
    allow,
    fresh: true,
    handle: async (call) => {
      const actor = call.staff().staffId;
      // The export is an act of its own and stands in the log before the log is given out.
      await db
        .transaction()
        .execute((trx) =>
          appendAudit(trx, { actor, act: 'audit-exported', subject: 'audit', detail: {} }, context.now()),
        );
      const rows = await db.selectFrom('auditLog').selectAll().orderBy('sequence').execute();
      const day = new Date(context.now()).toISOString().slice(0, 10);
      return {
        fileName: `leeslicht-audit-${context.config.siteId}-${day}.jsonl`,
        text: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      };
    },
  });
}
