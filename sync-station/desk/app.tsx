import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type NavItem, Page, TopBar, useFocusOnMove } from '#ui/components/page.tsx';
import type { Role, Session } from '../api/session.ts';
import { currentSession, loadSession, signOut } from './desk-state.ts';
import { type DeskText, i18n, problemText, setLanguage, t } from './i18n/texts.ts';
import { LooksBadge } from './looks.tsx';
import { AuditPage } from './pages/audit.tsx';
import { DevicePage } from './pages/device.tsx';
import { DevicesPage } from './pages/devices.tsx';
import { EnrolPage } from './pages/enrol.tsx';
import { HandInPage } from './pages/hand-in.tsx';
import { HandInsPage } from './pages/hand-ins.tsx';
import { LoginPage } from './pages/login.tsx';
import { ConversationPage, MessagesPage } from './pages/messages.tsx';
import { PolicyPage } from './pages/policy.tsx';
import { PrintPage } from './pages/print.tsx';
import { RecoveryPage } from './pages/recovery.tsx';
import { ResultsPage } from './pages/results.tsx';
import { RoomPage } from './pages/room.tsx';
import { StaffPage } from './pages/staff.tsx';
import { StationPage } from './pages/station.tsx';
import { TroublePage } from './pages/trouble.tsx';
import { WhyPage } from './pages/why.tsx';
import { hrefOf, type Route, route } from './router.ts';

interface Place {
  readonly name: string;
  readonly title: DeskText;
  readonly role: Role | 'any' | readonly Role[];
  readonly inNav: boolean;
  readonly badge?: () => JSX.Element;
  readonly page: (detail: string | undefined) => JSX.Element;
}

const places: readonly Place[] = [
  { name: 'room', title: 'nav.room', role: 'any', inNav: true, page: () => <RoomPage /> },
  {
    name: 'hand-ins',
    title: 'nav.handIns',
    role: 'tutor',
    inNav: true,
    page: (id) => (id ? <HandInPage key={id} id={id} /> : <HandInsPage />),
  },
  { name: 'results', title: 'nav.results', role: 'tutor', inNav: true, page: () => <ResultsPage /> },
  {
    name: 'messages',
    title: 'nav.messages',
    role: 'tutor',
    inNav: true,
    page: (id) => (id ? <ConversationPage key={id} id={id} /> : <MessagesPage />),
  },
  {
    name: 'devices',
    title: 'nav.devices',
    role: 'security',
    inNav: true,
    page: (id) => (id ? <DevicePage key={id} id={id} /> : <DevicesPage />),
  },
  {
    name: 'print',
    title: 'print.title',
    role: 'any',
    inNav: false,
    page: (path) => <PrintPage key={path} path={path} />,
  },
  { name: 'enrol', title: 'nav.enrol', role: 'security', inNav: false, page: () => <EnrolPage /> },
  {
    name: 'why',
    title: 'nav.why',
    role: ['security', 'administrator'],
    inNav: false,
    page: (id) => <WhyPage key={id} id={id ?? ''} />,
  },
  {
    name: 'trouble',
    title: 'nav.trouble',
    role: 'security',
    inNav: true,
    badge: () => <LooksBadge />,
    page: () => <TroublePage />,
  },
  { name: 'recovery', title: 'nav.recovery', role: 'security', inNav: true, page: () => <RecoveryPage /> },
  { name: 'audit', title: 'nav.audit', role: 'security', inNav: true, page: () => <AuditPage /> },
  { name: 'policy', title: 'nav.policy', role: ['security', 'administrator'], inNav: true, page: () => <PolicyPage /> },
  { name: 'staff', title: 'nav.staff', role: 'administrator', inNav: true, page: () => <StaffPage /> },
  { name: 'station', title: 'nav.station', role: 'administrator', inNav: true, page: () => <StationPage /> },
];

function mayOpen(session: Session, place: Place): boolean {
  const { role } = place;
  if (role === 'any') return true;
  return session.staff.roles.some((own) => (typeof role === 'string' ? own === role : role.includes(own)));
}

function placeOf(session: Session, where: Route): Place | undefined {
  const name = where[0] ?? 'room';
  return places.find((place) => place.name === name && mayOpen(session, place));
}

function LanguageButton(): JSX.Element {
  const other = i18n.language.value === 'nl' ? 'en' : 'nl';
  return (
    <Button kind="quiet" onClick={() => setLanguage(other)}>
      <span lang={other}>{other === 'nl' ? 'Nederlands' : 'English'}</span>
    </Button>
  );
}

function Bar({ session, current }: { readonly session: Session; readonly current: Place | undefined }): JSX.Element {
  const items: NavItem[] = places
    .filter((place) => place.inNav && mayOpen(session, place))
    .map((place) => ({
      href: hrefOf(place.name),
      label: t(place.title),
      current: place === current || (place.name === 'devices' && current?.name === 'enrol'),
      badge: place.badge?.(),
    }));
  return (
    <TopBar
      brand={t('brand')}
      brandHref={hrefOf('room')}
      navLabel={t('nav.label')}
      items={items}
      end={
        <>
          <LanguageButton />
          <span class="ll-topbar-name">{session.staff.displayName}</span>
          <Button kind="quiet" onClick={() => void signOut().catch(() => undefined)}>
            {t('signOut')}
          </Button>
        </>
      }
    />
  );
}

/** The desk: the login screen, or the page that the address names. */
export function App(): JSX.Element {
  const [problem, setProblem] = useState<unknown>(undefined);
  useEffect(() => {
    loadSession().catch(setProblem);
  }, []);
  const session = currentSession.value;
  const place = session ? placeOf(session, route.value) : undefined;
  const where = `${route.value.join('/')} ${session?.staff.displayName ?? ''}`;
  const language = i18n.language.value;
  const title = session && place ? t(place.title) : t('login.title');
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${title} · Leeslicht`;
  }, [language, title]);
  useFocusOnMove(where);
  if (session === undefined) return <Page skipLabel={t('skip')}>{t('loading')}</Page>;
  if (session === null) {
    return (
      <Page
        skipLabel={t('skip')}
        width="narrow"
        topBar={
          <TopBar brand={t('brand')} brandHref="#/" navLabel={t('nav.label')} items={[]} end={<LanguageButton />} />
        }
      >
        {problem !== undefined && <Notice tone="bad" title={problemText(problem)} announce="alert" />}
        <LoginPage />
      </Page>
    );
  }
  return (
    <Page skipLabel={t('skip')} topBar={<Bar session={session} current={place} />}>
      {place ? (
        place.page(route.value[1])
      ) : (
        <EmptyState icon="info" level={1} title={t('notHere')}>
          <LinkButton href={hrefOf('room')}>{t('nav.room')}</LinkButton>
        </EmptyState>
      )}
    </Page>
  );
}
