import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { Vault } from '../../platform/platform.ts';
import { NewPinFields, pinProblem } from '../../shell/new-pin-fields.tsx';
import { judgePin, type PinJudgement } from '../../shell/pin-choice.ts';

/** Props of {@link NewPinScreen}. */
export interface NewPinScreenProps {
  readonly choose: Vault['chooseNewPin'];
  readonly onCancel: () => void;
}

/** A learner who had forgotten the PIN chooses a new one, as the officer allowed. Then the laptop is open. */
export function NewPinScreen({ choose, onCancel }: NewPinScreenProps): JSX.Element {
  const { t } = texts;
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [said, setSaid] = useState<PinJudgement | 'busy' | 'failed'>('good');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const take = async () => {
    const judged = judgePin(pin, again);
    if (judged !== 'good') return setSaid(judged);
    setSaid('busy');
    try {
      await choose(pin);
    } catch (cause) {
      console.error(cause);
      // The old PIN and everything else are as they were: the learner can try again.
      setSaid('failed');
    }
    return undefined;
  };
  return (
    <form
      class="ll-unlock ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <div class="ll-unlock-head">
        <Icon name="lamp" />
        <h1 tabIndex={-1} ref={heading}>
          {t('newPin.title')}
        </h1>
        <p class="ll-quiet">{t('newPin.text')}</p>
      </div>
      <NewPinFields
        label={t('settings.pin.new')}
        againLabel={t('settings.pin.again')}
        pin={pin}
        again={again}
        onPin={setPin}
        onAgain={setAgain}
        error={pinProblem(said)}
      />
      <p class="ll-quiet ll-small">{t('newPin.told')}</p>
      <div class="ll-row">
        <Button disabled={said === 'busy'} onClick={onCancel}>
          {t('newPin.cancel')}
        </Button>
        <Button kind="primary" type="submit" disabled={said === 'busy'}>
          {t('newPin.choose')}
        </Button>
      </div>
      <div aria-live="polite">
        {said === 'busy' && <p class="ll-quiet">{t('newPin.busy')}</p>}
        {said === 'failed' && (
          <Notice tone="bad" title={t('newPin.failed')}>
            {t('app.failed.text')}
          </Notice>
        )}
      </div>
    </form>
  );
}
