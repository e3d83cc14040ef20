import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from './compile.ts';
import { type Decision, decideCapability, decideHours, decideModule, narrowest } from './decide.ts';
import { isWithinHours, minuteOfDay, minutesOf } from './hours.ts';
import { POLICY_LEVELS, type Policy, type PolicyLevel, type PolicyLevels, policyShape } from './policy.ts';

const bound = { capabilities: ['read', 'write', 'quiz'], maxLicenceDays: 30 };
const names = ['read', 'write', 'quiz', 'games'] as const;
const paths = ['courses/a/one.json', 'courses/a/two.json', 'courses/b/one.json'] as const;
const modulePatterns = ['*', 'courses/a/*', 'courses/*/one.json', ...paths] as const;

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values]), { nil: undefined });
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((pair) => pair.map((part) => String(part).padStart(2, '0')).join(':'));
const policy: fc.Arbitrary<Policy> = fc
  .record({
    allow: some(names),
    deny: some(names),
    allowModules: some(modulePatterns),
    denyModules: some(modulePatterns),
    hours: fc.option(fc.record({ from: time, until: time }), { nil: undefined }),
    dailyHours: fc.option(fc.integer({ min: 1, max: 24 }), { nil: undefined }),
    licenceDays: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  })
  .map(withoutUndefined);
const levels: fc.Arbitrary<PolicyLevels> = fc.record(
  { standard: policy, institution: policy, group: policy, device: policy, person: policy },
  { requiredKeys: [] },
);

function withoutUndefined(value: { readonly [K in keyof Policy]?: Policy[K] | undefined }): Policy {
  return policyShape(JSON.parse(JSON.stringify(value)), '');
}

describe('the merge rule, for any policies at all', () => {
  it('hears only the narrowest level that names a capability', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(...names), (all, name) => {
        const said = [...POLICY_LEVELS].reverse().find((level) => {
          const here = all[level];
          return here?.allow?.includes(name) || here?.deny?.includes(name);
        });
        const decided = decideCapability(all, bound, name);
        if (!bound.capabilities.includes(name)) expect(decided).toEqual({ open: false, level: 'authorities' });
        else if (!said) expect(decided).toEqual({ open: false, level: 'nobody' });
        else expect(decided).toMatchObject({ level: said, open: !all[said]?.deny?.includes(name) });
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no level, nor all of them together, open what the authorities do not give', () => {
    fc.assert(
      fc.property(levels, (all) => {
        const { capabilities, licenceDays } = compilePolicy(all, { ...bound, maxLicenceDays: 14 }, paths);
        expect(bound.capabilities).toEqual(expect.arrayContaining([...capabilities]));
        expect(licenceDays).toBeLessThanOrEqual(14);
      }),
    );
  });

  it('closes at once, at every level, what that level denies, whatever wider levels say', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(...POLICY_LEVELS), fc.constantFrom(...names), (all, level, name) => {
        const at = POLICY_LEVELS.indexOf(level);
        const silent = POLICY_LEVELS.slice(at + 1).map((narrower): [PolicyLevel, Policy] => [narrower, {}]);
        const denied = { ...all, [level]: { ...all[level], deny: [name] }, ...Object.fromEntries(silent) };
        expect(decideCapability(denied, bound, name).open).toBe(false);
      }),
    );
  });

  it('does not change what it decides about one name when another name is added anywhere', () => {
    fc.assert(
      fc.property(levels, fc.constantFrom(...POLICY_LEVELS), (all, level) => {
        const changed = { ...all, [level]: { ...all[level], allow: [...(all[level]?.allow ?? []), 'other'] } };
        for (const name of names) {
          expect(decideCapability(changed, bound, name)).toEqual(decideCapability(all, bound, name));
        }
      }),
    );
  });

  it('writes into the licence exactly the modules that it decides to be open', () => {
    fc.assert(
      fc.property(levels, (all) => {
        const { modules } = compilePolicy(all, bound, paths);
        for (const path of paths) {
          const covered = modules.some((pattern) => decideModule({ device: { allowModules: [pattern] } }, path).open);
          expect(covered).toBe(decideModule(all, path).open);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes hours and numbers whole from the narrowest level that names them', () => {
    fc.assert(
      fc.property(levels, (all) => {
        for (const member of ['hours', 'dailyHours', 'licenceDays'] as const) {
          const level = [...POLICY_LEVELS].reverse().find((one) => all[one]?.[member] !== undefined);
          expect(narrowest(all, member)?.value).toEqual(level && all[level]?.[member]);
        }
      }),
    );
  });
});

describe('modules', () => {
  const decide = (device: Policy, path = 'courses/a/one.json'): Decision => decideModule({ device }, path);

  it('lets the pattern that spells out most win within a level, and a denial win between equals', () => {
    expect(decide({ allowModules: ['courses/a/one.json'], denyModules: ['*'] }).open).toBe(true);
    expect(decide({ allowModules: ['courses/a/*'], denyModules: ['courses/a/one.json'] }).open).toBe(false);
    expect(decide({ allowModules: ['courses/a/*'], denyModules: ['courses/a/*'] }).open).toBe(false);
    expect(decide({ allowModules: ['courses/a/*'], denyModules: ['courses/*/one.json'] }).open).toBe(false);
  });

  it('names the pattern and the level that decided', () => {
    const all: PolicyLevels = { standard: { allowModules: ['*'] }, group: { denyModules: ['courses/a/*'] } };
    expect(decideModule(all, 'courses/a/one.json')).toEqual({ open: false, level: 'group', rule: 'courses/a/*' });
    expect(decideModule(all, 'courses/b/one.json')).toEqual({ open: true, level: 'standard', rule: '*' });
  });
});

describe('hours', () => {
  it('begin at the first minute and end before the last, also over midnight', () => {
    const day = { from: '07:30', until: '22:00' };
    expect([449, 450, 1319, 1320].map((minute) => isWithinHours(day, minute))).toEqual([false, true, true, false]);
    const night = { from: '22:00', until: '06:00' };
    expect([1319, 1320, 0, 359, 360].map((minute) => isWithinHours(night, minute))).toEqual([
      ...[false, true, true, true, false],
    ]);
    expect(isWithinHours({ from: '08:00', until: '08:00' }, 0)).toBe(true);
    expect(decideHours({}, 0).open).toBe(true);
    expect(decideHours({ institution: { hours: day } }, 0)).toEqual({
      ...{ open: false, level: 'institution', rule: '07:30–22:00' },
    });
  });

  it('are local: summer time moves them, and an unknown zone counts as UTC', () => {
    expect(minuteOfDay(Date.parse('2027-03-28T00:59:00Z'), 'Europe/Amsterdam')).toBe(minutesOf('01:59'));
    expect(minuteOfDay(Date.parse('2027-03-28T01:00:00Z'), 'Europe/Amsterdam')).toBe(minutesOf('03:00'));
    expect(minuteOfDay(Date.parse('2026-10-25T01:00:00Z'), 'Europe/Amsterdam')).toBe(minutesOf('02:00'));
    expect(minuteOfDay(Date.parse('2026-07-01T00:00:00Z'), 'Mars/Olympus')).toBe(0);
  });
});

it('refuses a policy with a member or value that it does not understand', () => {
  expect(policyShape({ allow: ['read'], hours: { from: '07:00', until: '19:30' } }, '')).toMatchObject({
    allow: ['read'],
  });
  for (const bad of [{ allows: ['read'] }, { dailyHours: 25 }, { hours: { from: '7:00', until: '19:00' } }]) {
    expect(() => policyShape(bad, '')).toThrow('expected');
  }
});
