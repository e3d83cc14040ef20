import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { Vault } from '../../platform/platform.ts';
import { hrefOf } from '../../shell/routes.ts';
import { codeOf } from '../../shell/use-async.ts';

type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'released' }
  | { readonly kind: 'mayWipe' }
  | { readonly kind: 'wiping' }
  | { readonly kind: 'failed'; readonly code: string };

/** Props of {@link DeskHelp}. */
export interface DeskHelpProps {
  readonly askDesk: Vault['askDesk'];
  readonly wipe: Vault['wipeClosed'];
  readonly onReleased: () => void;
  /** The learner may choose a new PIN. */
  readonly onNewPin: () => void;
}

/**
 * For a learner who must wait after wrong PINs, or has forgotten the PIN: the officer has made something ready, and the
 * laptop asks the station for it.
 */
export function DeskHelp({ askDesk, wipe, onReleased, onNewPin }: DeskHelpProps): JSX.Element {
  const { t } = texts;
  const [said, setSaid] = useState<Said>({ kind: 'ready' });
  const ask = async () => {
    setSaid({ kind: 'busy' });
    try {
      const kind = await askDesk();
      if (kind === 'newPin') return onNewPin();
      setSaid({ kind });
      if (kind === 'released') onReleased();
    } catch (cause) {
      setSaid({ kind: 'failed', code: codeOf(cause) });
    }
    return undefined;
  };
  const empty = async () => {
    setSaid({ kind: 'wiping' });
    try {
      await wipe();
    } catch (cause) {
      setSaid({ kind: 'failed', code: codeOf(cause) });
    }
  };
  return (
    <section class="ll-stack" aria-labelledby="desk-help">
      <h2 id="desk-help">{t('help.title')}</h2>
      <ol class="ll-howto">
        <li>{t('help.1')}</li>
        <li>{t('help.2')}</li>
        <li>{t('help.3')}</li>
      </ol>
      <div>
        <Button icon="sync" disabled={said.kind === 'busy' || said.kind === 'wiping'} onClick={() => void ask()}>
          {t('help.ask')}
        </Button>
      </div>
      {said.kind === 'nothing' && (
        <Notice tone="info" title={t('help.nothing')} announce="status">
          <p>{t('help.nothingText')}</p>
        </Notice>
      )}
      {said.kind === 'released' && <Notice tone="good" title={t('help.released')} announce="status" />}
      {said.kind === 'mayWipe' && (
        <Notice tone="warn" title={t('help.mayWipe')} announce="alert">
          <p>{t('help.mayWipeText')}</p>
          <div>
            <Button kind="danger" onClick={() => void empty()}>
              {t('help.wipe')}
            </Button>
          </div>
        </Notice>
      )}
      {said.kind === 'wiping' && <Notice tone="info" title={t('help.wiping')} announce="status" />}
      {said.kind === 'failed' && (
        <Notice tone="bad" title={t('help.failed')} announce="alert">
          <p>{t(texts.forCode('dock.error.', said.code, 'dock.error.other'))}</p>
          <p class="ll-quiet ll-small">{t('dock.code', { code: said.code })}</p>
        </Notice>
      )}
      <p>
        <a href={hrefOf({ kind: 'report' })}>{t('report.title')}</a>
      </p>
    </section>
  );
}
