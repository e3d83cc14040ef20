import type { JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { RATES, type ReadAloud } from './use-read-aloud.ts';

/** The buttons while a page is read aloud. */
export function ReadAloudBar({ aloud }: { readonly aloud: ReadAloud }): JSX.Element {
  const { t } = texts;
  return (
    <div class="ll-aloud" role="toolbar" aria-label={t('listen.title')}>
      <Button kind="quiet" icon="left" label={t('listen.before')} onClick={() => aloud.move(-1)} />
      <Button
        kind="secondary"
        icon={aloud.state === 'speaking' ? 'pause' : 'play'}
        label={t(aloud.state === 'speaking' ? 'listen.pause' : 'listen.goOn')}
        onClick={aloud.toggle}
      />
      <Button kind="quiet" icon="right" label={t('listen.after')} onClick={() => aloud.move(1)} />
      <SpeedSelect value={aloud.rate} onChange={aloud.setRate} />
      <Button kind="quiet" icon="cross" label={t('listen.stop')} onClick={aloud.stop} />
    </div>
  );
}

/** Props of {@link SpeedSelect}. */
export interface SpeedSelectProps {
  readonly value: ReadAloud['rate'];
  readonly onChange: (rate: ReadAloud['rate']) => void;
}

/** How fast a voice, film or sound goes. */
export function SpeedSelect({ value, onChange }: SpeedSelectProps): JSX.Element {
  return (
    <label class="ll-row ll-speed">
      <span class="ll-small">{texts.t('listen.speed')}</span>
      <select
        class="ll-input"
        value={value}
        onChange={(event) => {
          const chosen = RATES.find((rate) => rate === event.currentTarget.value);
          if (chosen) onChange(chosen);
        }}
      >
        {RATES.map((rate) => (
          <option key={rate} value={rate}>
            {texts.formatNumber(Number(rate))}×
          </option>
        ))}
      </select>
    </label>
  );
}
