import type { PolicyBody } from '../api/policy.ts';

/** What a level says of one thing: nothing, open or closed. */
export type Say = 'inherit' | 'open' | 'closed';

/** A policy as a form holds it. */
export interface PolicyDraft {
  readonly capabilities: ReadonlyMap<string, Say>;
  readonly modules: ReadonlyMap<string, Say>;
  readonly from: string;
  readonly until: string;
  readonly dailyHours: string;
  readonly licenceDays: string;
}

/** A policy as the form shows it: every name of `names` and `patterns`, and those that the policy has besides. */
export function draftOf(policy: PolicyBody, names: readonly string[], patterns: readonly string[]): PolicyDraft {
  return {
    capabilities: said(names, policy.allow, policy.deny),
    modules: said(patterns, policy.allowModules, policy.denyModules),
    from: policy.hours?.from ?? '',
    until: policy.hours?.until ?? '',
    dailyHours: policy.dailyHours?.toString() ?? '',
    licenceDays: policy.licenceDays?.toString() ?? '',
  };
}

function said(
  names: readonly string[],
  allow: readonly string[] = [],
  deny: readonly string[] = [],
): ReadonlyMap<string, Say> {
  const all = [...new Set([...names, ...allow, ...deny])];
  // A denial wins over a grant, so that is what a name in both lists means.
  return new Map(all.map((name) => [name, deny.includes(name) ? 'closed' : allow.includes(name) ? 'open' : 'inherit']));
}

const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** The policy that a form says, or the first field that is filled in wrongly. */
export function policyOfDraft(
  draft: PolicyDraft,
):
  | { readonly kind: 'policy'; readonly policy: PolicyBody }
  | { readonly kind: 'wrong'; readonly field: 'hours' | 'dailyHours' | 'licenceDays' } {
  const { from, until } = draft;
  const hasHours = from !== '' || until !== '';
  if (hasHours && !(TIME.test(from) && TIME.test(until))) return { kind: 'wrong', field: 'hours' };
  const dailyHours = numberOf(draft.dailyHours, 24);
  if (dailyHours === null) return { kind: 'wrong', field: 'dailyHours' };
  const licenceDays = numberOf(draft.licenceDays, 30);
  if (licenceDays === null) return { kind: 'wrong', field: 'licenceDays' };
  return {
    kind: 'policy',
    policy: {
      ...listed('allow', draft.capabilities, 'open'),
      ...listed('deny', draft.capabilities, 'closed'),
      ...listed('allowModules', draft.modules, 'open'),
      ...listed('denyModules', draft.modules, 'closed'),
      ...(hasHours ? { hours: { from, until } } : {}),
      ...(dailyHours === undefined ? {} : { dailyHours }),
      ...(licenceDays === undefined ? {} : { licenceDays }),
    },
  };
}

function listed(
  member: 'allow' | 'deny' | 'allowModules' | 'denyModules',
  values: ReadonlyMap<string, Say>,
  wanted: Say,
): PolicyBody {
  const names = [...values].filter(([, say]) => say === wanted).map(([name]) => name);
  return names.length === 0 ? {} : { [member]: names };
}

/** Undefined when the field is empty, null when it holds no whole number from 1 to `max`. */
function numberOf(text: string, max: number): number | undefined | null {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= max ? value : null;
}
