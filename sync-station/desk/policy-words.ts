import type { PolicyBody, Reason } from '../api/policy.ts';
import { i18n, t } from './i18n/texts.ts';

/** A capability in words; one without words of its own shows its name. */
export function capabilityText(name: string): string {
  return t(i18n.forCode('capability.', name, 'capability.other'), { name });
}

/** A module pattern in words, with the titles that are known. */
export function patternText(pattern: string, titles: ReadonlyMap<string, string>): string {
  if (pattern === '*') return t('policy.allModules');
  const course = /^courses\/([^/]+)\/\*$/.exec(pattern)?.[1];
  return course === undefined ? (titles.get(pattern) ?? pattern) : t('policy.course', { name: course });
}

/** What one level says, in one sentence a member. */
export function policySentences(policy: PolicyBody, titles: ReadonlyMap<string, string>): string[] {
  const names = (list: readonly string[]) => list.map(capabilityText).join(', ');
  const modules = (list: readonly string[]) => list.map((one) => patternText(one, titles)).join(', ');
  return [
    ...(policy.allow?.length ? [t('policy.opens', { what: names(policy.allow) })] : []),
    ...(policy.deny?.length ? [t('policy.closes', { what: names(policy.deny) })] : []),
    ...(policy.allowModules?.length ? [t('policy.opens', { what: modules(policy.allowModules) })] : []),
    ...(policy.denyModules?.length ? [t('policy.closes', { what: modules(policy.denyModules) })] : []),
    ...(policy.hours ? [t('policy.hoursAre', policy.hours)] : []),
    ...(policy.dailyHours ? [t('policy.dailyAre', { n: policy.dailyHours })] : []),
    ...(policy.licenceDays ? [t('policy.daysAre', { n: policy.licenceDays })] : []),
  ];
}

/** Why something is open or closed, in one sentence. */
export function reasonText(reason: Reason, titles: ReadonlyMap<string, string>): string {
  switch (reason.by) {
    case 'nobody':
      return t('why.nobody');
    case 'authorities':
      return t('why.authorities');
    default: {
      const level = t(`policy.level.${reason.by}`);
      const rule = reason.title === null || reason.rule === null ? reason.rule : patternText(reason.rule, titles);
      const isName = rule === null || rule === reason.name;
      return isName ? t('why.by', { level }) : t('why.byRule', { level, rule });
    }
  }
}
