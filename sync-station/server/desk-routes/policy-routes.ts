import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Policy } from '#core/policy/policy.ts';
import { groupChoice, newGroup, type PolicyOverview, policy as policyBody, type WhyAnswer } from '../../api/policy.ts';
import { findLearner, listLearners } from '../../store/learners.ts';
import {
  addGroup,
  groupOf,
  INSTITUTION,
  listGroups,
  readPolicy,
  type SetLevel,
  setGroup,
  setPolicy,
} from '../../store/policies.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { chosenAtEnrolment, STANDARD_CAPABILITIES } from '../licence/policy-of.ts';
import { whyClosed } from '../licence/why.ts';
import { addRoute, type DeskCall } from './call.ts';
import { knownDevice } from './known-device.ts';
import { listPublished } from './published.ts';

const either = ['administrator', 'security'] as const;
const administrator = ['administrator'] as const;
const security = ['security'] as const;

const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** Absent members are absent, not undefined: that is how levels say nothing. */
function plain(body: z.infer<typeof policyBody>): Policy {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Policies by institution, group, device and person, who is in which group, and "why is this closed?". */
export function addPolicyRoutes(desk: FastifyInstance, context: StationContext): void {
  const { db, config } = context;

  async function overview(): Promise<PolicyOverview> {
    const grant = context.mirror.stationGrant();
    const groups = await listGroups(db);
    const { dailyHours, licenceDays } = config;
    return {
      capabilities: [...(grant?.capabilities ?? [])],
      maxLicenceDays: grant?.maxLicenceDays ?? licenceDays,
      standard: { allow: [...STANDARD_CAPABILITIES], allowModules: ['*'], dailyHours, licenceDays },
      institution: show(await readPolicy(db, 'institution', INSTITUTION)),
      groups: await Promise.all(
        groups.map(async ({ id, name, members }) => ({
          ...{ id, name, members: members.length },
          policy: show(await readPolicy(db, 'group', id)),
        })),
      ),
      learners: (await listLearners(db)).map(({ id, displayName }) => ({
        ...{ id, displayName },
        groupId: groups.find(({ members }) => members.includes(id))?.id ?? null,
      })),
      modules: (await listPublished(context.mirror)).map(({ path, manifest }) => ({ path, title: manifest.title })),
    };
  }

  async function change(
    call: DeskCall<z.infer<typeof policyBody>>,
    level: SetLevel,
    subject: string,
  ): Promise<{ ok: true }> {
    const fields = { level, subject, policy: plain(call.body), actor: call.staff().staffId };
    await setPolicy(db, fields, context.now());
    return { ok: true };
  }

  addRoute(desk, context, { method: 'GET', path: '/policy', allow: either, handle: overview });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/institution',
    allow: administrator,
    fresh: true,
    body: policyBody,
    handle: (call) => change(call, 'institution', INSTITUTION),
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/groups',
    allow: administrator,
    body: newGroup,
    handle: async (call) => {
      const id = await addGroup(db, { name: call.body.name, actor: call.staff().staffId }, context.now());
      if (id === undefined) throw new DeskError('NAME_TAKEN');
      return { id };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/groups/:id',
    allow: administrator,
    fresh: true,
    body: policyBody,
    handle: async (call) => {
      const id = call.param('id');
      if (!(await listGroups(db)).some((group) => group.id === id)) throw new DeskError('NOT_FOUND');
      return change(call, 'group', id);
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/learners/:id/group',
    allow: either,
    body: groupChoice,
    handle: async (call) => {
      const fields = { learnerId: call.param('id'), groupId: call.body.groupId, actor: call.staff().staffId };
      if (!(await setGroup(db, fields, context.now()))) throw new DeskError('NOT_FOUND');
      return { ok: true };
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/persons/:id',
    allow: security,
    fresh: true,
    body: policyBody,
    handle: async (call) => {
      const id = call.param('id');
      if (!(await findLearner(db, id))) throw new DeskError('NOT_FOUND');
      return change(call, 'person', id);
    },
  });

  addRoute(desk, context, {
    method: 'POST',
    path: '/policy/devices/:id',
    allow: security,
    fresh: true,
    body: policyBody,
    handle: async (call) => {
      const { id } = await knownDevice(db, call.param('id'));
      return change(call, 'device', id);
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/policy/devices/:id/why',
    allow: either,
    handle: async (call): Promise<WhyAnswer> => {
      const device = await knownDevice(db, call.param('id'));
      if (!context.mirror.stationGrant()) throw new DeskError('NO_GRANT');
      const learner = await findLearner(db, device.learnerId);
      const groupId = await groupOf(db, device.learnerId);
      const group = (await listGroups(db)).find(({ id }) => id === groupId);
      return {
        device: {
          id: device.id,
          learner: { id: device.learnerId, displayName: learner?.displayName ?? null },
          group: group ? { id: group.id, name: group.name } : null,
        },
        ...(await whyClosed(context, device, timeOfDay.optional().parse(call.query('at')))),
        policies: {
          device: show((await readPolicy(db, 'device', device.id)) ?? chosenAtEnrolment(device.capabilities)),
          person: show(await readPolicy(db, 'person', device.learnerId)),
        },
      };
    },
  });
}

/** A policy as the desk's contract has it: lists that may be changed. */
function show(policy: Policy | undefined): z.infer<typeof policyBody> {
  return policyBody.parse(policy ?? {});
}
