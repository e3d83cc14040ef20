import { expect, it } from 'vitest';
import { mergePolicies } from './policy.ts';

const grant = { capabilities: ['read', 'write', 'quiz'], maxLicenceDays: 30 };

it('gives what the grant gives when nobody says anything', () => {
  expect(mergePolicies(grant, {})).toEqual({
    capabilities: grant.capabilities,
    modules: [],
    dailyHours: 24,
    licenceDays: 30,
  });
});

it('lets a level only take away', () => {
  const merged = mergePolicies(grant, {
    institution: { capabilities: ['read', 'write', 'games'], dailyHours: 12, licenceDays: 60 },
    group: { denied: ['write'], dailyHours: 8, modules: ['courses/a/*'] },
    person: { capabilities: ['read', 'write', 'quiz'], dailyHours: 20, licenceDays: 14 },
  });
  expect(merged).toEqual({ capabilities: ['read'], modules: [['courses/a/*']], dailyHours: 8, licenceDays: 14 });
});
