import type { ReadingHours } from '#core/licence/reading-hours.ts';
import { mayRead, type Verdict } from '#core/licence/verdict.ts';
import { texts } from '../../i18n/texts.ts';
import { isLastDay } from '../../shell/reading-time.ts';

/** Whether this verdict lets the learner read; what {@link LockScreen} is shown for when not. */
export function isLocked(verdict: Verdict): boolean {
  return !mayRead(verdict);
}

/** The few words of the chip. */
export function chipText(verdict: Verdict, hours: ReadingHours): string {
  if (hours.kind === 'closed' && !isLocked(verdict)) return texts.t('hours.chip', { time: hours.opensAt });
  switch (verdict.kind) {
    case 'current':
      return texts.t('status.days', { n: verdict.daysLeft });
    case 'dueSoon':
      return isLastDay(verdict) ? texts.t('status.today') : texts.t('status.days', { n: verdict.days });
    case 'clockUncertain':
      return isLocked(verdict)
        ? texts.t('status.locked')
        : texts.t('status.hours', { n: Math.ceil(verdict.hoursLeft) });
    default:
      return texts.t('status.locked');
  }
}

/** The title and explanation of a verdict, each kind in its own words. */
export function explainVerdict(verdict: Verdict): { readonly title: string; readonly text: string } {
  const { t } = texts;
  switch (verdict.kind) {
    case 'current':
      return {
        title: t('verdict.current.title'),
        text: t('verdict.current.text', { n: verdict.daysLeft, date: texts.formatDate(verdict.expiresAtMs) }),
      };
    case 'dueSoon':
      return isLastDay(verdict)
        ? { title: t('verdict.lastDay.title'), text: t('verdict.lastDay.text') }
        : { title: t('verdict.dueSoon.title'), text: t('verdict.dueSoon.text', { days: verdict.days }) };
    case 'expired':
      return {
        title: t('verdict.expired.title'),
        text: t(verdict.by === 'time' ? 'verdict.expired.text' : `verdict.expired.${verdict.by}`),
      };
    case 'notYetValid':
      return { title: t('verdict.notYetValid.title'), text: t('verdict.notYetValid.text') };
    case 'clockUncertain':
      // A lost record of time leaves no hours.
      if (verdict.by === 'lost') return { title: t('verdict.clockLost.title'), text: t('verdict.clockLost.text') };
      return {
        title: t('verdict.clockUncertain.title'),
        text: isLocked(verdict)
          ? t('verdict.clockUncertain.over')
          : t('verdict.clockUncertain.text', { hours: Math.ceil(verdict.hoursLeft) }),
      };
    case 'suspended': {
      const until =
        verdict.untilMs === undefined ? '' : t('verdict.suspended.until', { date: texts.formatDate(verdict.untilMs) });
      return { title: t('verdict.suspended.title'), text: `${t('verdict.suspended.text')} ${until}`.trim() };
    }
    case 'revoked':
      return { title: t('verdict.revoked.title'), text: t('verdict.revoked.text') };
    case 'outdated':
      return { title: t('verdict.outdated.title'), text: t(`verdict.outdated.${verdict.what}`) };
    case 'wrongDevice':
      return { title: t('verdict.wrongDevice.title'), text: t('verdict.wrongDevice.text') };
    case 'badSignature':
      return { title: t('verdict.badSignature.title'), text: t('verdict.badSignature.text') };
    case 'unreadable':
      return { title: t('verdict.unreadable.title'), text: t('verdict.unreadable.text') };
    case 'noLicence':
      return { title: t('verdict.noLicence.title'), text: t('verdict.noLicence.text') };
  }
}
