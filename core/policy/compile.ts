import type { Regime } from '#core/licence/licence.ts';
import { decideCapability, decideModule, narrowest, type PolicyBound } from './decide.ts';
import { POLICY_LEVELS, type PolicyLevels } from './policy.ts';

/** What a licence is written with. */
export interface CompiledPolicy {
  readonly capabilities: readonly string[];
  /** Patterns or, where some level closes modules, the paths of those that are open. */
  readonly modules: readonly string[];
  readonly regime: Omit<Regime, 'timeZone'>;
  readonly licenceDays: number;
}

const MAX_DAILY_HOURS = 24;

/**
 * Puts the levels together under what the authorities give the site, for the licence that is issued now
 * (formats/policy.md 4). `published`: the paths of all modules that this station has.
 */
export function compilePolicy(levels: PolicyLevels, bound: PolicyBound, published: readonly string[]): CompiledPolicy {
  const hours = narrowest(levels, 'hours')?.value;
  const licenceDays = narrowest(levels, 'licenceDays')?.value ?? bound.maxLicenceDays;
  return {
    capabilities: [...new Set(bound.capabilities)].filter((name) => decideCapability(levels, bound, name).open),
    modules: openModules(levels, published),
    regime: {
      dailyHours: narrowest(levels, 'dailyHours')?.value ?? MAX_DAILY_HOURS,
      ...(hours ? { readFrom: hours.from, readUntil: hours.until } : {}),
    },
    licenceDays: Math.min(licenceDays, bound.maxLicenceDays),
  };
}

function openModules(levels: PolicyLevels, published: readonly string[]): readonly string[] {
  const all = POLICY_LEVELS.flatMap((level) => levels[level] ?? []);
  // A licence can only name what is open. Where nothing is closed the patterns say it, for modules still to come too;
  // otherwise each open module is named, and a new one waits for the next renewal.
  const isPlain = all.every(({ denyModules }) => (denyModules ?? []).length === 0);
  if (isPlain) return [...new Set(all.flatMap(({ allowModules }) => allowModules ?? []))].sort();
  return published.filter((path) => decideModule(levels, path).open).sort();
}
