import { expect, test } from 'vitest';
import { policy } from '../api/policy.ts';
import { draftOf, policyOfDraft } from './policy-draft.ts';

const names = ['read', 'write', 'quiz'];

test('a policy comes back from the form as it went in', () => {
  const full = policy.parse({
    allow: ['write', 'later'],
    deny: ['quiz'],
    allowModules: ['courses/a/one.json'],
    denyModules: ['*'],
    hours: { from: '07:30', until: '22:00' },
    dailyHours: 6,
    licenceDays: 14,
  });
  expect(policyOfDraft(draftOf(full, names, ['courses/a/*']))).toEqual({ kind: 'policy', policy: full });
  expect(policyOfDraft(draftOf({}, names, []))).toEqual({ kind: 'policy', policy: {} });
});

test('a name that is opened and closed shows as closed, as the rule decides it', () => {
  expect(draftOf({ allow: ['read'], deny: ['read'] }, names, []).capabilities.get('read')).toBe('closed');
});

test('says which field is filled in wrongly', () => {
  const draft = draftOf({}, names, []);
  expect(policyOfDraft({ ...draft, from: '07:30' })).toEqual({ kind: 'wrong', field: 'hours' });
  expect(policyOfDraft({ ...draft, from: '7:30', until: '22:00' })).toEqual({ kind: 'wrong', field: 'hours' });
  expect(policyOfDraft({ ...draft, dailyHours: '25' })).toEqual({ kind: 'wrong', field: 'dailyHours' });
  expect(policyOfDraft({ ...draft, licenceDays: '1.5' })).toEqual({ kind: 'wrong', field: 'licenceDays' });
});
