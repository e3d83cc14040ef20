import type { JSX } from 'preact';
import { LinkButton } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { hrefOf } from '../../shell/routes.ts';
import type { Position } from './use-position.ts';

/** Props of {@link ReaderFoot}. */
export interface ReaderFootProps {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly part: number;
  readonly total: number;
  readonly position: Position;
}

/** "3 uur en 20 minuten" */
function duration(minutes: number): string {
  const { t } = texts;
  const hours = Math.floor(minutes / 60);
  // Nobody knows a long time to the minute
  const rest = hours > 0 ? Math.floor((minutes % 60) / 10) * 10 : minutes;
  if (hours === 0) return t('time.minutes', { n: rest });
  return rest === 0 ? t('time.hours', { n: hours }) : t('time.hoursAndMinutes', { hours, n: rest });
}

/** Where the learner is in the module, and the way back and on. */
export function ReaderFoot({ previous, next, part, total, position }: ReaderFootProps): JSX.Element {
  const { t } = texts;
  const { moduleFraction, minutesLeft, minutesLeftInPart } = position;
  const shelf = hrefOf({ kind: 'shelf' });
  return (
    <nav class="ll-reader-foot" aria-label={t('reader.turn')}>
      {previous ? (
        <LinkButton href={previous} icon="left">
          {t('reader.previous')}
        </LinkButton>
      ) : (
        <LinkButton href={shelf} icon="left">
          {t('reader.back')}
        </LinkButton>
      )}
      <p class="ll-reader-where ll-quiet ll-small">
        <span>
          <span class="ll-reader-whole">{t('reader.page', { n: part, total })}</span>
          {moduleFraction !== undefined && (
            <>
              {' '}
              <span class="ll-reader-whole">· {texts.formatPercent(moduleFraction)}</span>
            </>
          )}
        </span>
        {minutesLeft > 0 && (
          <span class="ll-reader-left">
            {minutesLeftInPart > 0 && minutesLeftInPart < minutesLeft
              ? t('reader.timeLeft', { part: duration(minutesLeftInPart), module: duration(minutesLeft) })
              : t('reader.timeLeftModule', { module: duration(minutesLeft) })}
          </span>
        )}
      </p>
      {next ? (
        <LinkButton href={next} kind="primary" iconAfter="right">
          {t('reader.next')}
        </LinkButton>
      ) : (
        <LinkButton href={shelf} kind="primary" icon="check">
          {t('reader.back')}
        </LinkButton>
      )}
    </nav>
  );
}
