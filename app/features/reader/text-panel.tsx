import type { JSX } from 'preact';
import { Choices } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import { preferences, setPreferences } from '../../shell/preferences.ts';
import { TextSizeChoices, ThemeChoices } from '../../shell/reading-choices.tsx';

/** How the learner likes to read: letters, room, colours, and a line to hold on to. */
export function TextPanel(): JSX.Element {
  const { t } = texts;
  const chosen = preferences.value;
  return (
    <div class="ll-stack">
      <TextSizeChoices label={t('reader.textSize')} />
      <ThemeChoices />
      <Choices
        label={t('reader.typeface')}
        value={chosen.typeface}
        options={(['own', 'hyperlegible', 'dyslexic'] as const).map((value) => ({
          value,
          label: t(`reader.typeface.${value}`),
        }))}
        onChange={(typeface) => setPreferences({ typeface })}
      />
      <Choices
        label={t('reader.spacing')}
        value={chosen.spacing}
        options={(['normal', 'wide', 'widest'] as const).map((value) => ({
          value,
          label: t(`reader.spacing.${value}`),
        }))}
        onChange={(spacing) => setPreferences({ spacing })}
      />
      <Choices
        label={t('reader.width')}
        value={chosen.width}
        options={(['narrow', 'normal', 'full'] as const).map((value) => ({ value, label: t(`reader.width.${value}`) }))}
        onChange={(width) => setPreferences({ width })}
      />
      <Choices
        label={t('reader.ruler')}
        value={chosen.ruler}
        options={(['off', 'on'] as const).map((value) => ({ value, label: t(`reader.ruler.${value}`) }))}
        onChange={(ruler) => setPreferences({ ruler })}
      />
    </div>
  );
}
