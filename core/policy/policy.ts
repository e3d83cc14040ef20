/**
 * What people decide about a device, a person or a whole institution. Every level can only take away from the level
 * above it; only the authorities' grant gives. A level that says nothing changes nothing.
 */
export interface Policy {
  /** Capabilities that this level allows; absent: all that the level above allows. */
  readonly capabilities?: readonly string[];
  /** Capabilities that this level takes away, whatever else allows them. */
  readonly denied?: readonly string[];
  /** Module path patterns that this level allows; absent: all that the level above allows. */
  readonly modules?: readonly string[];
  /** Hours of use a day at most. */
  readonly dailyHours?: number;
  /** Days that a licence runs at most. */
  readonly licenceDays?: number;
}

/** The levels, from wide to narrow. */
export interface PolicyLevels {
  readonly institution?: Policy;
  readonly group?: Policy;
  readonly device?: Policy;
  readonly person?: Policy;
}

/** What a licence may be written with. */
export interface EffectivePolicy {
  readonly capabilities: readonly string[];
  /** A module is allowed if every one of these lists covers it. */
  readonly modules: readonly (readonly string[])[];
  readonly dailyHours: number;
  readonly licenceDays: number;
}

const MAX_DAILY_HOURS = 24;

/** The names that all lists hold, in the order of the first: unknown names grant nothing, missing ones neither. */
export function intersectCapabilities(
  first: readonly string[],
  ...others: readonly (readonly string[])[]
): readonly string[] {
  return [...new Set(first)].filter((name) => others.every((list) => list.includes(name)));
}

/**
 * Puts the levels together under the authorities' grant: lists intersect, denials add up, the smallest number counts.
 * The order of levels makes no difference (formats/licence.md 3.5).
 */
export function mergePolicies(
  grant: { readonly capabilities: readonly string[]; readonly maxLicenceDays: number },
  levels: PolicyLevels,
): EffectivePolicy {
  const all = [levels.institution, levels.group, levels.device, levels.person].flatMap((level) => level ?? []);
  const denied = new Set(all.flatMap((level) => level.denied ?? []));
  const allowed = intersectCapabilities(
    grant.capabilities,
    ...all.flatMap(({ capabilities }) => (capabilities ? [capabilities] : [])),
  );
  return {
    capabilities: allowed.filter((name) => !denied.has(name)),
    modules: all.flatMap(({ modules }) => (modules ? [modules] : [])),
    dailyHours: Math.min(MAX_DAILY_HOURS, ...all.flatMap(({ dailyHours }) => dailyHours ?? [])),
    licenceDays: Math.min(grant.maxLicenceDays, ...all.flatMap(({ licenceDays }) => licenceDays ?? [])),
  };
}
