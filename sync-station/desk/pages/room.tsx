import type { JSX } from 'preact';
import { LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { Steps } from '#ui/components/steps.tsx';
import { Table } from '#ui/components/table.tsx';
import { type RoomEvent, type RoomSync, roomToday } from '../../api/room.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { nameOf, PageHead, shortId } from '../parts.tsx';
import { RoomHandIn } from '../room-hand-in.tsx';
import { hrefOf } from '../router.ts';
import { type Docking, stagesOf, useDocking } from '../use-docking.ts';

function countText(event: RoomEvent): string | undefined {
  if (event.done === undefined || event.total === undefined) return undefined;
  return t('room.count', { done: event.done, total: event.total });
}

function DockingCard({ docking }: { readonly docking: Docking }): JSX.Element {
  const { last } = docking;
  const text = countText(last);
  const running = last.done !== undefined && last.total !== undefined && last.total > 0;
  return (
    <article class="ll-card ll-stack">
      <h3>
        {last.learner ?? t('room.newDevice')} <span class="ll-quiet">{shortId(last.deviceId)}</span>
      </h3>
      <Steps
        label={t('room.steps')}
        across
        steps={stagesOf(docking).map(({ stage, state }) => ({
          id: stage,
          title: t(`stage.${stage}`),
          state,
          stateText: t(`stageState.${state}`),
        }))}
      />
      {running && (
        <ProgressBar
          hideLabel
          label={t(`step.${last.step}`)}
          fraction={(last.done ?? 0) / (last.total ?? 1)}
          text={text}
        />
      )}
      <p role="status">{t(`step.${last.step}`)}</p>
    </article>
  );
}

function Receipts({ sync }: { readonly sync: RoomSync }): JSX.Element {
  if (sync.parcels.length === 0) return <span class="ll-quiet">{t('room.noParcels')}</span>;
  return (
    <ul class="ll-plain-list ll-stack ll-stack-tight">
      {sync.parcels.map((parcel) => (
        <li key={parcel.id}>
          {t('room.parcel', { n: parcel.sequence, size: i18n.formatSize(parcel.sizeBytes) })}{' '}
          <Chip tone={parcel.receipt === 'none' ? 'bad' : 'good'}>{t(`receipt.${parcel.receipt}`)}</Chip>
        </li>
      ))}
    </ul>
  );
}

/** The computer room: what docks now, what synced today, and handing in a file. */
export function RoomPage(): JSX.Element {
  const today = useAsk(roomToday, '/room', 20_000);
  const docking = useDocking(today.again);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.room')} text={t('room.text')}>
        <LinkButton href={hrefOf('print')} icon="pages">
          {t('print.title')}
        </LinkButton>
      </PageHead>
      <section class="ll-stack" aria-labelledby="docking-now">
        <h2 id="docking-now">{t('room.now')}</h2>
        {docking.length === 0 ? (
          <EmptyState icon="laptop" title={t('room.nobody')} text={t('room.nobodyText')} />
        ) : (
          <div class="ll-stack">
            {docking.map((one) => (
              <DockingCard key={one.last.deviceId} docking={one} />
            ))}
          </div>
        )}
      </section>
      <RoomHandIn />
      <section class="ll-stack" aria-labelledby="synced-today">
        <h2 id="synced-today">{t('room.today')}</h2>
        <Loading asked={today}>
          {(value) => (
            <Table
              caption={t('room.today')}
              hideCaption
              rows={value.syncs}
              rowKey={(row) => row.deviceId}
              empty={<p class="ll-quiet">{t('room.noSyncs')}</p>}
              columns={[
                { key: 'time', header: t('col.time'), cell: (row) => i18n.formatTime(row.lastAtMs) },
                { key: 'learner', header: t('col.learner'), cell: (row) => nameOf(row.learner) },
                { key: 'in', header: t('col.in'), cell: (row) => <Receipts sync={row} /> },
                {
                  key: 'out',
                  header: t('col.out'),
                  number: true,
                  cell: (row) => t('room.items', { n: row.sentItems }),
                },
                {
                  key: 'until',
                  header: t('col.newDate'),
                  cell: (row) => (row.licenceExpiresAtMs === null ? '–' : i18n.formatDate(row.licenceExpiresAtMs)),
                },
              ]}
            />
          )}
        </Loading>
      </section>
    </div>
  );
}
