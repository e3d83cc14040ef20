import type { JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';

/** Says that saving does not work, with the way to try again. */
export function SaveFailed({ again }: { readonly again: () => void }): JSX.Element {
  const { t } = texts;
  return (
    <Notice tone="bad" title={t('assignment.saveFailed.title')} announce="alert">
      <p>{t('assignment.saveFailed.text')}</p>
      <div>
        <Button onClick={again}>{t('assignment.saveFailed.again')}</Button>
      </div>
    </Notice>
  );
}
