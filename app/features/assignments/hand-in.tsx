import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';

/** Props of {@link HandIn}. */
export interface HandInProps {
  readonly disabled: boolean;
  /** Resolves when the work is in the outbox. */
  readonly handIn: () => Promise<void>;
  /** What is handed in, in a few words. */
  readonly children: ComponentChildren;
}

/** The button that hands in, after a question. */
export function HandIn({ disabled, handIn, children }: HandInProps): JSX.Element {
  const { t } = texts;
  const [asking, setAsking] = useState(false);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState(false);
  const send = async () => {
    setSending(true);
    setFailed(false);
    try {
      await handIn();
    } catch {
      // The draft is still there; the learner is told and can try again.
      setFailed(true);
    }
    setSending(false);
    setAsking(false);
  };
  return (
    <>
      {failed && (
        <Notice tone="bad" announce="alert">
          <p>{t('assignment.failed')}</p>
        </Notice>
      )}
      <Button kind="primary" icon="upload" disabled={disabled} onClick={() => setAsking(true)}>
        {t('assignment.handIn')}
      </Button>
      <Dialog
        open={asking}
        title={t('assignment.confirm.title')}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t('assignment.confirm.no')}</Button>
            <Button kind="primary" disabled={sending} onClick={() => void send()}>
              {t('assignment.confirm.yes')}
            </Button>
          </>
        }
      >
        <p class="ll-strong">{children}</p>
        <p>{t('assignment.confirm.text')}</p>
        <p>{t('assignment.confirm.travel')}</p>
      </Dialog>
    </>
  );
}
