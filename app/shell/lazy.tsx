import type { ComponentType, JSX } from 'preact';
import { LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../i18n/texts.ts';
import { hrefOf } from './routes.ts';
import { useAsync } from './use-async.ts';

/** A screen whose code comes only when it is opened. */
export function lazyScreen<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  // `load` gives a function component; wrapped, as a bare function in state would be called.
  let known: ComponentType<Props> | undefined;
  return function LazyScreen(props: Props): JSX.Element | null {
    const loaded = useAsync(async () => {
      known ??= await load();
      return { Screen: known };
    }, []);
    if (known) {
      const Screen = known;
      return <Screen {...props} />;
    }
    if (loaded.kind === 'failed') return <ScreenFailed />;
    return (
      <p class="ll-quiet ll-part-scroll" role="status">
        {texts.t('app.loading')}
      </p>
    );
  };
}

/** Shown when a screen cannot be shown. The learner's work is in the vault, whatever happened here. */
export function ScreenFailed(): JSX.Element {
  return (
    <div class="ll-stack ll-measure ll-part-scroll">
      <Notice tone="bad" title={texts.t('app.failed.title')} announce="alert">
        <p>{texts.t('app.failed.text')}</p>
      </Notice>
      <div class="ll-row">
        <button class="ll-button ll-button-primary" type="button" onClick={() => location.reload()}>
          {texts.t('app.failed.again')}
        </button>
        <LinkButton href={hrefOf({ kind: 'shelf' })}>{texts.t('app.toShelf')}</LinkButton>
      </div>
    </div>
  );
}
