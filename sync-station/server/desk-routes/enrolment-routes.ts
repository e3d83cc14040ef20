import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toHex } from '#core/bytes/hex.ts';
import { sixWords } from '#core/enrolment/words.ts';
import { wordsEn } from '#core/enrolment/words-en.ts';
import { wordsNl } from '#core/enrolment/words-nl.ts';
import { type EnrolmentState, type enrolmentChoices, openEnrolmentRequest } from '../../api/security.ts';
import { type Enrolment, findEnrolment, openEnrolment, refuseEnrolment } from '../../store/enrolments.ts';
import { addLearner, findLearner, listLearners } from '../../store/learners.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { confirmEnrolment } from '../licence/confirm.ts';
import { withModules } from '../licence/module-patterns.ts';
import { addRoute } from './call.ts';
import { listPublished } from './published.ts';

const allow = ['security'] as const;

/** What every learner's device may do; writing is a choice of its own. */
const reading = ['read', 'quiz', 'notes', 'messages'];

const envelope = z.object({ payload: z.string() });
// The dock has verified the request before it was kept; here it is only shown.
const requested = z.object({
  signingKey: z.string(),
  ageRecipient: z.string(),
  keyLevel: z.string(),
  language: z.enum(['nl', 'en']),
});

async function show(context: StationContext, found: Enrolment): Promise<EnrolmentState> {
  const learner = await findLearner(context.db, found.learnerId);
  const expired = (found.state === 'open' || found.state === 'requested') && found.expiresAtMs <= context.now();
  const answer: EnrolmentState = {
    id: found.id,
    learner: { id: found.learnerId, displayName: learner?.displayName ?? null },
    state: expired ? 'expired' : found.state,
    triesLeft: found.triesLeft,
    expiresAtMs: found.expiresAtMs,
    words: null,
    keyLevel: null,
    deviceId: found.deviceId,
  };
  const { request, deviceNonce, stationNonce } = found;
  if (request === null || deviceNonce === null || stationNonce === null) return answer;
  const { payload } = envelope.parse(JSON.parse(request));
  const told = requested.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  const input = {
    signingKey: told.signingKey,
    ageRecipient: told.ageRecipient,
    stationReceiptKey: toHex(context.keys.receipt.publicKey),
    // The station's own root, not the one the device says it has: a device with another root shows other words.
    rootSha256: context.mirror.state().rootSha256 ?? '',
    deviceNonce,
    stationNonce,
  };
  const [nl, en] = await Promise.all([sixWords(input, wordsNl), sixWords(input, wordsEn)]);
  return { ...answer, keyLevel: told.keyLevel, words: { nl: [...nl], en: [...en], deviceLanguage: told.language } };
}

/** One-use codes, the six words, and the officer's yes or no. */
export function addEnrolmentRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db } = context;

  async function enrolment(id: string): Promise<Enrolment> {
    const found = await findEnrolment(db, id);
    if (!found) throw new DeskError('NOT_FOUND');
    return found;
  }

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/enrolment-choices',
    allow,
    handle: async (): Promise<z.infer<typeof enrolmentChoices>> => {
      const modules = await listPublished(context.mirror);
      return {
        learners: (await listLearners(db)).map(({ id, displayName }) => ({ id, displayName })),
        courses: modules.map(({ path, manifest }) => ({ pattern: path.replace(/\.json$/, ''), title: manifest.title })),
        canWrite: context.mirror.stationGrant()?.capabilities.includes('write') ?? false,
      };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/enrolments',
    allow,
    body: openEnrolmentRequest,
    handle: async (call) => {
      const { learner, access, scripts, modules } = call.body;
      // Without a grant every device would refuse the licence, so no code is given out.
      if (!context.mirror.stationGrant()) throw new DeskError('NO_GRANT');
      const actor = call.staff().staffId;
      if (learner.kind === 'existing' && !(await findLearner(db, learner.id))) throw new DeskError('NOT_FOUND');
      const learnerId =
        learner.kind === 'existing'
          ? learner.id
          : (await addLearner(db, { displayName: learner.displayName, actor }, context.now())).id;
      const names = [...reading, ...(access === 'writing' ? ['write'] : []), ...(scripts ? ['scripts'] : [])];
      const capabilities = withModules(names, modules);
      return openEnrolment(db, { learnerId, capabilities, openedBy: actor }, context.now());
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/security/enrolments/:id',
    allow,
    handle: async (call) => show(context, await enrolment(call.param('id'))),
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/enrolments/:id/confirm',
    allow,
    handle: async (call) => {
      const found = await enrolment(call.param('id'));
      if (found.expiresAtMs <= context.now()) throw new DeskError('WRONG_STATE');
      if (!context.mirror.stationGrant()) throw new DeskError('NO_GRANT');
      const fields = { enrolmentId: found.id, actor: call.staff().staffId };
      const { kind } = await confirmEnrolment(context, fields);
      if (kind !== 'confirmed') throw new DeskError('WRONG_STATE');
      return show(context, await enrolment(found.id));
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/security/enrolments/:id/refuse',
    allow,
    handle: async (call) => {
      const fields = { enrolmentId: call.param('id'), actor: call.staff().staffId };
      if (!(await refuseEnrolment(db, fields, context.now()))) throw new DeskError('WRONG_STATE');
      return show(context, await enrolment(fields.enrolmentId));
    },
  });
}
