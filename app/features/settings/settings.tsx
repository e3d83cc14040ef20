import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Choices, Field } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { chooseLanguage, texts } from '../../i18n/texts.ts';
import { NewPinFields, pinProblem } from '../../shell/new-pin-fields.tsx';
import { judgePin, type PinJudgement } from '../../shell/pin-choice.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { TextSizeChoices, ThemeChoices } from '../../shell/reading-choices.tsx';

function ChangePin(): JSX.Element {
  const { vault } = usePlatform();
  const { t } = texts;
  const [pins, setPins] = useState({ old: '', next: '', again: '' });
  const [said, setSaid] = useState<'nothing' | 'busy' | 'changed' | 'failed' | PinJudgement>('nothing');
  const change = async () => {
    const judged = judgePin(pins.next, pins.again);
    if (judged !== 'good') return setSaid(judged);
    setSaid('busy');
    try {
      await vault.changePin(pins.old, pins.next);
      setPins({ old: '', next: '', again: '' });
      setSaid('changed');
    } catch {
      // The vault keeps the old PIN; the learner is told and can try again.
      setSaid('failed');
    }
    return undefined;
  };
  return (
    <form
      class="ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <h2>{t('settings.pin.title')}</h2>
      <Field
        label={t('settings.pin.old')}
        type="password"
        autocomplete="current-password"
        value={pins.old}
        onInput={(old) => setPins({ ...pins, old })}
      />
      <NewPinFields
        label={t('settings.pin.new')}
        againLabel={t('settings.pin.again')}
        pin={pins.next}
        again={pins.again}
        onPin={(next) => setPins({ ...pins, next })}
        onAgain={(again) => setPins({ ...pins, again })}
        error={pinProblem(said)}
      />
      <div class="ll-row">
        <Button type="submit" disabled={said === 'busy' || pins.old === ''}>
          {t('settings.pin.change')}
        </Button>
      </div>
      {said === 'changed' && (
        <Notice tone="good" announce="status">
          <p>{t('settings.pin.changed')}</p>
        </Notice>
      )}
      {said === 'failed' && (
        <Notice tone="bad" announce="alert">
          <p>{t('settings.pin.failed')}</p>
        </Notice>
      )}
    </form>
  );
}

function AboutDevice(): JSX.Element {
  const state = usePlatform().state.value;
  const { t } = texts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('settings.device.label'), state.learnerLabel],
    [t('settings.device.site'), state.siteName],
    [t('settings.device.room'), state.whereToSync],
    [t('settings.device.until'), state.licence && texts.formatDate(state.licence.expiresAtMs)],
    [t('settings.device.keys'), state.keyLevel && t(`settings.device.keys.${state.keyLevel}`)],
    [
      t('settings.device.storage'),
      state.storage &&
        t('settings.device.storageOf', {
          used: texts.formatSize(state.storage.usageBytes),
          total: texts.formatSize(state.storage.quotaBytes),
        }),
    ],
  ];
  return (
    <section class="ll-card ll-stack" aria-labelledby="about-device">
      <h2 id="about-device">{t('settings.device.title')}</h2>
      <dl class="ll-facts">
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

/** Language, letters, colours, PIN, and what this laptop is. */
export function SettingsScreen(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  return (
    <div class="ll-stack ll-measure">
      <h1 tabIndex={-1}>{t('settings.title')}</h1>
      <section class="ll-card ll-stack">
        <Choices
          label={t('settings.language')}
          value={texts.language.value}
          options={[
            { value: 'nl', label: t('settings.nl') },
            { value: 'en', label: t('settings.en') },
          ]}
          onChange={(language) => {
            void chooseLanguage(language);
            void platform.setLanguage(language);
          }}
        />
        <TextSizeChoices label={t('settings.textSize')} />
        <ThemeChoices />
      </section>
      {platform.state.value.phase === 'open' && <ChangePin />}
      {platform.state.value.phase === 'open' && <AboutDevice />}
    </div>
  );
}
