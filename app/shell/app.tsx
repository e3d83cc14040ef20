import type { ComponentType, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Page } from '#ui/components/page.tsx';
import { UnlockScreen } from '../features/unlock/unlock.tsx';
import { texts } from '../i18n/texts.ts';
import type { Platform } from '../platform/platform.ts';
import { ClosedBar } from './closed-bar.tsx';
import { PlatformContext } from './platform-context.ts';
import { route } from './routes.ts';

/** What is behind the first screen, with its code: it comes when that screen stands. */
export interface Inside {
  readonly platform: Platform;
  readonly Enrolment: ComponentType<{ readonly onDone: () => void }>;
  readonly Open: ComponentType;
  readonly DaysChip: ComponentType;
  /** What an officer may see of a laptop that is closed. */
  readonly Report: ComponentType;
}

/** Props of {@link App}. */
export interface AppProps {
  /** Whose laptop it is, as far as that is known before anything is proved. */
  readonly learnerLabel?: string | undefined;
  /** While it is on its way, the screen that asks for the PIN stands and takes it. */
  readonly inside: Inside | Promise<Inside>;
}

/** The learner app: the screen that asks for the PIN, or what is behind it. */
export function App({ learnerLabel, inside }: AppProps): JSX.Element {
  const here = inside instanceof Promise ? undefined : inside;
  const state = here?.platform.state.value;
  // The enrolment stays on the screen until the learner has read that it worked, although the vault is open by then.
  const [enrolling, setEnrolling] = useState(false);
  if (state?.phase === 'fresh' && !enrolling) setEnrolling(true);
  return (
    <PlatformContext.Provider value={here?.platform}>
      {here && enrolling ? (
        <here.Enrolment onDone={() => setEnrolling(false)} />
      ) : here && state?.phase === 'open' ? (
        <here.Open />
      ) : (
        <Page
          skipLabel={texts.t('app.skip')}
          width="narrow"
          topBar={
            <ClosedBar
              chip={here && <here.DaysChip />}
              onLanguage={async (language) => (await inside).platform.setLanguage(language)}
            />
          }
        >
          {here && route.value.kind === 'report' ? (
            <here.Report />
          ) : (
            <UnlockScreen
              learnerLabel={state?.learnerLabel ?? learnerLabel}
              vault={{
                unlock: async (pin) => (await inside).platform.vault.unlock(pin),
                askDesk: async () => (await inside).platform.vault.askDesk(),
                chooseNewPin: async (pin) => (await inside).platform.vault.chooseNewPin(pin),
                wipeClosed: async () => (await inside).platform.vault.wipeClosed(),
              }}
            />
          )}
        </Page>
      )}
    </PlatformContext.Provider>
  );
}
