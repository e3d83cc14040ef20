import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { openPlan, publishedFiles } from './plan.ts';
import { roleOf } from './role-names.ts';
import { type Settlement, settle } from './settle.ts';

/** How long before its end the weekly job warns of a role that it cannot sign itself. */
const WARN_MS = 14 * 24 * 60 * 60 * 1000;

/** What was signed anew, and what runs out soon that only its custodians can sign. */
export interface Renewal {
  readonly settlement: Settlement;
  readonly runningOut: readonly string[];
}

/**
 * The weekly job of the publishing host: signs status, snapshot and timestamp anew with fresh expiry. Where the status
 * key is held elsewhere, `request` says where its request goes.
 */
export async function resign(session: ProgrammeSession, request?: string): Promise<Renewal> {
  const plan = openPlan(session.state);
  plan.publish('status', publishedFiles(session.state.roles.get('status')));
  const settlement = await settle(session, plan, { title: 'status, signed anew', request });
  const { root, roles } = session.state;
  const expiries: [string, number][] = [['root', root.expiresAtMs]];
  for (const [role, { expiresAtMs }] of roles) if (role !== 'status') expiries.push([role, expiresAtMs]);
  const soon = expiries.filter(([, expiresAtMs]) => expiresAtMs - session.nowMs < WARN_MS);
  return { settlement, runningOut: soon.map(([role]) => role) };
}

/** Signs roles anew as they are, with fresh expiry: the yearly job of root, targets and tutors, half-yearly of authorities. */
export async function renewRoles(
  session: ProgrammeSession,
  typedRoles: readonly string[],
  request?: string,
): Promise<Settlement> {
  const plan = openPlan(session.state);
  const roles = typedRoles.map(roleOf);
  for (const role of roles) {
    if (role === 'recovery' || (role !== 'root' && plan.keysOf(role) === undefined)) throw unknownRole(role);
    // Snapshot and timestamp are signed with every change.
    if (role !== 'snapshot' && role !== 'timestamp') plan.renew(role);
  }
  return settle(session, plan, { title: `${roles.join(', ')}, signed anew`, request });
}

/** The error for a role that the programme does not have. */
export function unknownRole(role: string): WriterError {
  return new WriterError({
    code: 'UNKNOWN_ROLE',
    file: role,
    problem: 'is no role of this programme',
    advice: 'Take root, targets, authorities, status, snapshot, timestamp, recovery, or course-ID.',
  });
}
