import type { JSX } from 'preact';
import { Choices } from '#ui/components/field.tsx';
import { texts } from '../i18n/texts.ts';
import { preferences, setPreferences } from './preferences.ts';

/** How large letters are, under a label of the place where it stands. */
export function TextSizeChoices({ label }: { readonly label: string }): JSX.Element {
  return (
    <Choices
      label={label}
      value={preferences.value.textSize}
      options={(['small', 'normal', 'large', 'largest'] as const).map((value) => ({
        value,
        label: texts.t(`settings.size.${value}`),
      }))}
      onChange={(textSize) => setPreferences({ textSize })}
    />
  );
}

/** The light to read in. */
export function ThemeChoices(): JSX.Element {
  return (
    <Choices
      label={texts.t('settings.theme')}
      value={preferences.value.theme}
      options={(['auto', 'light', 'sepia', 'dark'] as const).map((value) => ({
        value,
        label: texts.t(`settings.theme.${value}`),
      }))}
      onChange={(theme) => setPreferences({ theme })}
    />
  );
}
