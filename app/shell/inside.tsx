import type { JSX } from 'preact';
import { useErrorBoundary, useMemo } from 'preact/hooks';
import { Badge } from '#ui/components/badge.tsx';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Page, TopBar, useFocusOnMove } from '#ui/components/page.tsx';
import { ShelfScreen } from '../features/shelf/shelf.tsx';
import { isLocked } from '../features/status/days-left.ts';
import { ClosedHoursScreen, DaysChip, LockScreen, WarningBanner } from '../features/status/status.tsx';
import { bringReadingTexts, texts } from '../i18n/texts.ts';
import type { Platform } from '../platform/platform.ts';
import type { Inside } from './app.tsx';
import { ClosedBar } from './closed-bar.tsx';
import { lazyScreen, ScreenFailed } from './lazy.tsx';
import { usePlatform } from './platform-context.ts';
import { go, hrefOf, type Route, route } from './routes.ts';

const EnrolScreen = lazyScreen(async () => (await import('../features/enrol/enrol.tsx')).EnrolScreen);
const ReadingScreen = lazyScreen(async () => {
  const [{ ReadingScreen }] = await Promise.all([import('./reading.tsx'), bringReadingTexts()]);
  return ReadingScreen;
});
const WorkScreen = lazyScreen(async () => (await import('../features/assignments/work.tsx')).WorkScreen);
const DockingScreen = lazyScreen(async () => (await import('../features/docking/docking.tsx')).DockingScreen);
const FeedbackScreen = lazyScreen(async () => (await import('../features/feedback/feedback.tsx')).FeedbackScreen);
const MessagesScreen = lazyScreen(async () => (await import('../features/messages/messages.tsx')).MessagesScreen);
const SearchScreen = lazyScreen(async () => (await import('../features/search/search-shelf.tsx')).SearchScreen);
const ReportScreen = lazyScreen(async () => (await import('../features/report/report.tsx')).ReportScreen);
const StatusScreen = lazyScreen(async () => (await import('../features/status/status-screen.tsx')).StatusScreen);
const SettingsScreen = lazyScreen(async () => (await import('../features/settings/settings.tsx')).SettingsScreen);

function screenOf(place: Route, locked: boolean, outOfHours: boolean): JSX.Element {
  switch (place.kind) {
    case 'docking':
      return <DockingScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'report':
      return <ReportScreen />;
    case 'status':
      return locked ? <LockScreen /> : <StatusScreen />;
    default:
      if (locked) return <LockScreen />;
      if (outOfHours) return <ClosedHoursScreen />;
  }
  switch (place.kind) {
    case 'shelf':
      return <ShelfScreen />;
    case 'module':
      return <ReadingScreen path={place.path} href={place.href} />;
    case 'search':
      return <SearchScreen query={place.query} />;
    case 'work':
      return <WorkScreen />;
    case 'feedback':
      return <FeedbackScreen id={place.id} />;
    case 'messages':
      return <MessagesScreen />;
    case 'unknown':
      return (
        <EmptyState icon="info" level={1} title={texts.t('app.notFound.title')}>
          <LinkButton href={hrefOf({ kind: 'shelf' })}>{texts.t('app.toShelf')}</LinkButton>
        </EmptyState>
      );
  }
}

function Bar(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const unread = useMemo(() => platform.records.feedback.live((record) => record.readAtMs === undefined), [platform]);
  const unreadMessages = useMemo(
    () => platform.records.messages.live((record) => record.direction === 'in' && record.readAtMs === undefined),
    [platform],
  );
  const badge = (n: number) => <Badge n={n} text={t('nav.new', { n })} />;
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
  const { verdict, hours } = usePlatform().state.value;
  const place = route.value;
  const [error] = useErrorBoundary();
  const locked = isLocked(verdict);
  const outOfHours = hours.kind === 'closed';
  const reading = place.kind === 'module' && !locked && !outOfHours;
  useFocusOnMove(place);
  return (
    <Page topBar={<Bar />} skipLabel={texts.t('app.skip')} width={reading ? 'full' : 'normal'}>
      {!reading && <UpdateOffer />}
      {!reading && place.kind !== 'status' && <WarningBanner />}
      {error ? <ScreenFailed /> : screenOf(place, locked, outOfHours)}
    </Page>
  );
}

/** The enrolment, until the learner has read that it worked. */
function Enrolment({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const platform = usePlatform();
  return (
    <Page
      skipLabel={texts.t('app.skip')}
      width="narrow"
      topBar={<ClosedBar onLanguage={(language) => void platform.setLanguage(language)} />}
    >
      <EnrolScreen
        onDone={() => {
          onDone();
          go({ kind: 'docking' });
        }}
      />
    </Page>
  );
}

/** What the app shows behind the door, on an opened platform. */
export function insideOf(platform: Platform): Inside {
  return { platform, Enrolment, Open, DaysChip, Report: ReportScreen };
}
