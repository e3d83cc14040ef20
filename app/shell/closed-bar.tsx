import type { ComponentChildren, JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import { Icon } from '#ui/components/icon.tsx';
import type { Language } from '#ui/i18n/i18n.ts';
import { chooseLanguage, texts } from '../i18n/texts.ts';

/** Props of {@link ClosedBar}. */
export interface ClosedBarProps {
  /** How long the licence still runs, once that is judged. */
  readonly chip?: ComponentChildren;
  /** Told of the language that was chosen. */
  readonly onLanguage: (language: Language) => void;
}

/** The bar of the screens before the PIN: the name, the days left, the other language. */
export function ClosedBar({ chip, onLanguage }: ClosedBarProps): JSX.Element {
  const other = texts.language.value === 'nl' ? 'en' : 'nl';
  return (
    <header class="ll-topbar">
      <div class="ll-topbar-inner">
        <span class="ll-brand">
          <Icon name="lamp" />
          {texts.t('app.name')}
        </span>
        <div class="ll-topbar-end">
          {chip}
          <Button
            kind="quiet"
            onClick={() => {
              void chooseLanguage(other);
              onLanguage(other);
            }}
          >
            <span lang={other}>{texts.t(`settings.${other}`)}</span>
          </Button>
        </div>
      </div>
    </header>
  );
}
