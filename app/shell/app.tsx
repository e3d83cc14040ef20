import type { JSX } from 'preact';
import { useEffect, useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Page, TopBar } from '#ui/components/page.tsx';
import { ShelfScreen } from '../features/shelf/shelf.tsx';
import { isLocked } from '../features/status/days-left.ts';
import { DaysChip, LockScreen, StatusScreen, WarningBanner } from '../features/status/status.tsx';
import { UnlockScreen } from '../features/unlock/unlock.tsx';
import { chooseLanguage, texts } from '../i18n/texts.ts';
import type { Platform } from '../platform/platform.ts';
import { lazyScreen, ScreenFailed } from './lazy.tsx';
import { PlatformContext, usePlatform } from './platform-context.ts';
import { go, hrefOf, type Route, route } from './routes.ts';

const EnrolScreen = lazyScreen(async () => (await import('../features/enrol/enrol.tsx')).EnrolScreen);
const ReadingScreen = lazyScreen(async () => (await import('./reading.tsx')).ReadingScreen);
const WorkScreen = lazyScreen(async () => (await import('../features/assignments/work.tsx')).WorkScreen);
const DockingScreen = lazyScreen(async () => (await import('../features/docking/docking.tsx')).DockingScreen);
const FeedbackScreen = lazyScreen(async () => (await import('../features/feedback/feedback.tsx')).FeedbackScreen);
const MessagesScreen = lazyScreen(async () => (await import('../features/messages/messages.tsx')).MessagesScreen);
const SettingsScreen = lazyScreen(async () => (await import('../features/settings/settings.tsx')).SettingsScreen);

function screenOf(place: Route, locked: boolean): JSX.Element {
  switch (place.kind) {
    case 'docking':
      return <DockingScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'status':
      return locked ? <LockScreen /> : <StatusScreen />;
    default:
      if (locked) return <LockScreen />;
  }
  switch (place.kind) {
    case 'shelf':
      return <ShelfScreen />;
    case 'module':
      return <ReadingScreen path={place.path} href={place.href} />;
    case 'work':
      return <WorkScreen />;
    case 'feedback':
      return <FeedbackScreen id={place.id} />;
    case 'messages':
      return <MessagesScreen />;
    case 'unknown':
      return (
        <EmptyState icon="info" title={texts.t('app.notFound.title')}>
          <a href={hrefOf({ kind: 'shelf' })}>{texts.t('app.toShelf')}</a>
        </EmptyState>
      );
  }
}

function LanguageSwitch(): JSX.Element {
  const platform = usePlatform();
  const other = texts.language.value === 'nl' ? 'en' : 'nl';
  return (
    <Button
      kind="quiet"
      onClick={() => {
        chooseLanguage(other);
        void platform.setLanguage(other);
      }}
    >
      <span lang={other}>{texts.t(`settings.${other}`)}</span>
    </Button>
  );
}

function Bar(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const unread = useMemo(() => platform.records.feedback.live((record) => record.readAtMs === undefined), [platform]);
  const unreadMessages = useMemo(
    () => platform.records.messages.live((record) => record.direction === 'in' && record.readAtMs === undefined),
    [platform],
  );
  const badge = (n: number) =>
    n > 0 && (
      <span class="ll-badge">
        <span aria-hidden="true">{n}</span>
        <span class="ll-visually-hidden">{t('nav.new', { n })}</span>
      </span>
    );
  const place = route.value.kind;
  return (
    <TopBar
      brand={t('app.name')}
      brandHref={hrefOf({ kind: 'shelf' })}
      navLabel={t('app.nav')}
      items={[
        { href: '#/', label: t('nav.shelf'), icon: 'book', current: place === 'shelf' || place === 'module' },
        { href: '#/work', label: t('nav.work'), icon: 'pen', current: place === 'work' },
        {
          href: '#/feedback',
          label: t('nav.feedback'),
          icon: 'feedback',
          current: place === 'feedback',
          badge: badge(unread.value?.length ?? 0),
        },
        {
          href: '#/messages',
          label: t('nav.messages'),
          icon: 'message',
          current: place === 'messages',
          badge: badge(unreadMessages.value?.length ?? 0),
        },
        { href: '#/docking', label: t('nav.docking'), icon: 'sync', current: place === 'docking' },
      ]}
      end={
        <>
          <DaysChip />
          <a
            class="ll-button ll-button-quiet"
            href="#/settings"
            aria-label={t('nav.settings')}
            title={t('nav.settings')}
          >
            <Icon name="settings" />
          </a>
          <Button kind="quiet" icon="lock" label={t('nav.lock')} onClick={() => platform.vault.lock()} />
        </>
      }
    />
  );
}

function UpdateOffer(): JSX.Element | null {
  const platform = usePlatform();
  // Only where nothing is being written or read, so that a new version never interrupts.
  if (!platform.state.value.updateReady || route.value.kind !== 'shelf') return null;
  return (
    <div class="ll-banner ll-update">
      <p>{texts.t('app.update.text')}</p>
      <Button icon="sync" onClick={() => platform.updates.apply()}>
        {texts.t('app.update.now')}
      </Button>
    </div>
  );
}

function Open(): JSX.Element {
  const { verdict } = usePlatform().state.value;
  const place = route.value;
  const [error] = useErrorBoundary();
  const locked = isLocked(verdict);
  const reading = place.kind === 'module' && !locked;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    // The new screen's heading takes the focus, so that a screen reader says where the learner came.
    const frame = requestAnimationFrame(() => {
      const target = document.querySelector<HTMLElement>('main h1') ?? document.getElementById('main');
      target?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    });
    return () => cancelAnimationFrame(frame);
  }, [place]);
  return (
    <Page topBar={<Bar />} skipLabel={texts.t('app.skip')} width={reading ? 'full' : 'normal'}>
      {!reading && <UpdateOffer />}
      {!reading && place.kind !== 'status' && <WarningBanner />}
      {error ? <ScreenFailed /> : screenOf(place, locked)}
    </Page>
  );
}

function Face(): JSX.Element {
  const { phase } = usePlatform().state.value;
  // The enrolment stays on the screen until the learner has read that it worked, although the vault is open by then.
  const [enrolling, setEnrolling] = useState(phase === 'fresh');
  if (phase === 'fresh' || enrolling) {
    if (!enrolling) setEnrolling(true);
    return (
      <Page skipLabel={texts.t('app.skip')} width="narrow" topBar={<Closed />}>
        <EnrolScreen
          onDone={() => {
            setEnrolling(false);
            go({ kind: 'docking' });
          }}
        />
      </Page>
    );
  }
  if (phase === 'locked') {
    return (
      <Page skipLabel={texts.t('app.skip')} width="narrow" topBar={<Closed />}>
        <UnlockScreen />
      </Page>
    );
  }
  return <Open />;
}

/** The bar of the screens before the PIN: the name, the days left, the other language. */
function Closed(): JSX.Element {
  const { phase } = usePlatform().state.value;
  return (
    <header class="ll-topbar">
      <div class="ll-topbar-inner ll-row-apart">
        <span class="ll-brand">
          <Icon name="lamp" />
          {texts.t('app.name')}
        </span>
        <div class="ll-row">
          {phase === 'locked' && <DaysChip />}
          <LanguageSwitch />
        </div>
      </div>
    </header>
  );
}

/** The learner app: which face the device shows, and which screen the address asks for. */
export function App({ platform }: { readonly platform: Platform }): JSX.Element {
  return (
    <PlatformContext.Provider value={platform}>
      <Face />
    </PlatformContext.Provider>
  );
}
