import { type CompiledPolicy, compilePolicy } from '#core/policy/compile.ts';
import type { PolicyBound } from '#core/policy/decide.ts';
import type { Policy, PolicyLevels } from '#core/policy/policy.ts';
import { readLevels } from '../../store/policies.ts';
import type { StationContext } from '../context.ts';
import { listPublishedPaths } from '../desk-routes/published.ts';
import { modulePatterns, plainCapabilities } from './module-patterns.ts';

/** Whom a policy is asked for; `capabilities` is what was chosen when the device was enrolled. */
export interface PolicySubject {
  readonly deviceId: string;
  readonly learnerId: string;
  readonly capabilities: readonly string[];
}

/** What every device may do unless somebody says otherwise; writing is a choice of its own. */
export const STANDARD_CAPABILITIES: readonly string[] = ['read', 'quiz', 'notes', 'messages'];

/** What all levels say of one device in its learner's hands (formats/policy.md 2 and 3). */
export async function policyLevelsOf(context: StationContext, who: PolicySubject): Promise<PolicyLevels> {
  const { dailyHours, licenceDays } = context.config;
  const standard: Policy = { allow: STANDARD_CAPABILITIES, allowModules: ['*'], dailyHours, licenceDays };
  return { standard, device: chosenAtEnrolment(who.capabilities), ...(await readLevels(context.db, who)) };
}

/** What goes into this device's next licence. */
export async function compiledPolicyOf(
  context: StationContext,
  bound: PolicyBound,
  who: PolicySubject,
): Promise<CompiledPolicy> {
  return compilePolicy(await policyLevelsOf(context, who), bound, await listPublishedPaths(context.mirror));
}

/** What the officer chose when enrolling, as the policy of the device (formats/policy.md 3.3). */
export function chosenAtEnrolment(chosen: readonly string[]): Policy {
  const names = plainCapabilities(chosen);
  const patterns = modulePatterns(chosen);
  const isAll = patterns.includes('*');
  return {
    allow: names.filter((name) => !STANDARD_CAPABILITIES.includes(name)),
    deny: [...STANDARD_CAPABILITIES, 'write'].filter((name) => !names.includes(name)),
    ...(isAll ? {} : { allowModules: patterns, denyModules: ['*'] }),
  };
}
