import { coversModule } from '#core/licence/licence.ts';
import { isWithinHours } from './hours.ts';
import { POLICY_LEVELS, type Policy, type PolicyLevel, type PolicyLevels } from './policy.ts';

/** What the authorities give the site: no level reaches beyond it. */
export interface PolicyBound {
  readonly capabilities: readonly string[];
  readonly maxLicenceDays: number;
}

/** Open or closed, and the one rule that decided: what the desk shows as "why is this closed?". */
export type Decision =
  | { readonly open: true; readonly level: PolicyLevel; readonly rule: string }
  | { readonly open: false; readonly level: PolicyLevel; readonly rule: string }
  /** Nobody opened it, and what nobody opens is closed. */
  | { readonly open: false; readonly level: 'nobody' }
  /** The authorities do not give it to this site, whatever the levels say. */
  | { readonly open: false; readonly level: 'authorities' };

const NARROW_FIRST: readonly PolicyLevel[] = [...POLICY_LEVELS].reverse();

/**
 * Decides about one capability: the narrowest level that names it is heard, and there a denial wins over a grant
 * (formats/policy.md 2). Names that the authorities do not give the site stay closed.
 */
export function decideCapability(levels: PolicyLevels, bound: PolicyBound, name: string): Decision {
  if (!bound.capabilities.includes(name)) return { open: false, level: 'authorities' };
  for (const level of NARROW_FIRST) {
    const policy = levels[level];
    if (policy?.deny?.includes(name)) return { open: false, level, rule: name };
    if (policy?.allow?.includes(name)) return { open: true, level, rule: name };
  }
  return { open: false, level: 'nobody' };
}

/**
 * Decides about one module: the narrowest level with a pattern that covers it is heard; there the pattern with most
 * parts spelt out wins, and of two equals the denial (formats/policy.md 2.3).
 */
export function decideModule(levels: PolicyLevels, path: string): Decision {
  for (const level of NARROW_FIRST) {
    const denied = closest(levels[level]?.denyModules, path);
    const allowed = closest(levels[level]?.allowModules, path);
    if (denied && (!allowed || spelt(denied) >= spelt(allowed))) return { open: false, level, rule: denied };
    if (allowed) return { open: true, level, rule: allowed };
  }
  return { open: false, level: 'nobody' };
}

/** Decides about a minute of the local day. Where no level names hours, the whole day is open. */
export function decideHours(levels: PolicyLevels, minuteOfDay: number): Decision {
  const said = narrowest(levels, 'hours');
  if (!said) return { open: true, level: 'standard', rule: '00:00–24:00' };
  const { level, value } = said;
  const rule = `${value.from}–${value.until}`;
  return isWithinHours(value, minuteOfDay) ? { open: true, level, rule } : { open: false, level, rule };
}

/** What the narrowest level that names this member says. */
export function narrowest<K extends 'hours' | 'dailyHours' | 'licenceDays'>(
  levels: PolicyLevels,
  member: K,
): { readonly level: PolicyLevel; readonly value: NonNullable<Policy[K]> } | undefined {
  for (const level of NARROW_FIRST) {
    const value = levels[level]?.[member];
    if (value !== undefined && value !== null) return { level, value };
  }
  return undefined;
}

function closest(patterns: readonly string[] | undefined, path: string): string | undefined {
  const covering = (patterns ?? []).filter((pattern) => coversModule([pattern], path));
  return covering.reduce<string | undefined>(
    (best, pattern) => (best === undefined || spelt(pattern) > spelt(best) ? pattern : best),
    undefined,
  );
}

/** How many parts of a pattern are spelt out: more is closer. */
function spelt(pattern: string): number {
  return pattern.split('/').filter((part) => part !== '*').length;
}
