import { array, integer, object, type Shape, string } from '#core/json/shape.ts';

/** What one level says. What it does not mention, it leaves to a wider level (formats/policy.md 1). */
export interface Policy {
  /** Capabilities that this level opens, and ones that it closes. A name in both is closed. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Patterns of module paths that this level opens, and ones that it closes. */
  readonly allowModules?: readonly string[];
  readonly denyModules?: readonly string[];
  /** The local times between which reading is open. */
  readonly hours?: Hours;
  /** Hours of use a day, 1 to 24. */
  readonly dailyHours?: number;
  /** Days that a licence runs, 1 to 30. */
  readonly licenceDays?: number;
}

/** Local times of day, as `07:30`. `until` is not included; it may lie before `from`, over midnight. */
export interface Hours {
  readonly from: string;
  readonly until: string;
}

/** The levels from wide to narrow: who is asked last is heard first (formats/policy.md 2.1). */
export const POLICY_LEVELS = ['standard', 'institution', 'group', 'device', 'person'] as const;

/** A level that may say something. `standard` is what holds where nobody says anything. */
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** What each level says; a level that is absent says nothing. */
export type PolicyLevels = { readonly [L in PolicyLevel]?: Policy };

/** A local time of day, `00:00` to `23:59`. */
export const timeOfDay: Shape<string> = string({
  minLength: 5,
  maxLength: 5,
  pattern: /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/,
});

const names = array(string({ minLength: 1, maxLength: 64, pattern: /^[a-zA-Z][a-zA-Z0-9.-]*$/ }), { max: 256 });
const patterns = array(string({ minLength: 1, maxLength: 512, pattern: /^[^\s]+$/ }), { max: 4096 });

/** Reads a policy. Throws `ShapeError`: a policy with a member that nobody understands must not be half obeyed. */
export const policyShape: Shape<Policy> = object({
  required: {},
  optional: {
    allow: names,
    deny: names,
    allowModules: patterns,
    denyModules: patterns,
    hours: object({ required: { from: timeOfDay, until: timeOfDay } }),
    dailyHours: integer({ min: 1, max: 24 }),
    licenceDays: integer({ min: 1, max: 30 }),
  },
});
