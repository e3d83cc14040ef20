import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { type DeviceRow, deviceList } from '../../api/security.ts';
import { type DeviceFilter, deviceFilters, fitsFilter, fitsSearch } from '../device-filter.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { daysText, nameOf, PageHead, StandingChips, shortId, standingTones } from '../parts.tsx';
import { hrefOf } from '../router.ts';

interface TilesProps {
  readonly devices: readonly DeviceRow[];
  readonly chosen: DeviceFilter;
  readonly onChoose: (filter: DeviceFilter) => void;
}

/** How many devices stand how, at a glance; each number shows its devices. */
function Tiles({ devices, chosen, onChoose }: TilesProps): JSX.Element {
  return (
    <fieldset class="desk-tiles" aria-label={t('devices.filter')}>
      {deviceFilters.map((filter) => {
        const count = devices.filter((row) => fitsFilter(row, filter)).length;
        // Seldom so: shown when there are any, so that the others stand in one row.
        if (
          count === 0 &&
          filter !== chosen &&
          (filter === 'noLicence' || filter === 'suspended' || filter === 'wiped')
        )
          return null;
        const tone = filter === 'all' ? 'neutral' : filter === 'look' ? 'bad' : standingTones[filter];
        return (
          <button
            key={filter}
            type="button"
            class={`desk-tile desk-tile-${count === 0 ? 'neutral' : tone}`}
            aria-pressed={filter === chosen}
            onClick={() => onChoose(filter === chosen ? 'all' : filter)}
          >
            <strong>{count}</strong>
            <span>{t(filter === 'all' ? 'devices.all' : `standing.${filter}`)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

function DeviceTable({ rows }: { readonly rows: readonly DeviceRow[] }): JSX.Element {
  return (
    <Table
      caption={t('nav.devices')}
      hideCaption
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'device',
          header: t('col.device'),
          sortBy: (row) => row.id,
          cell: (row) => (
            <a href={hrefOf('devices', row.id)} class="ll-mono">
              {shortId(row.id)}
            </a>
          ),
        },
        {
          key: 'learner',
          header: t('col.learner'),
          sortBy: (row) => nameOf(row.learner),
          cell: (row) => nameOf(row.learner),
        },
        { key: 'state', header: t('col.state'), cell: (row) => <StandingChips device={row} /> },
        {
          key: 'days',
          header: t('col.days'),
          sortBy: (row) => row.licenceExpiresAtMs ?? 0,
          cell: (row) => (row.standing === 'revoked' || row.standing === 'wiped' ? '–' : daysText(row.daysLeft)),
        },
        {
          key: 'seen',
          header: t('col.lastSeen'),
          sortBy: (row) => row.lastSeenAtMs ?? 0,
          cell: (row) => (row.lastSeenAtMs === null ? t('never') : i18n.formatDateTime(row.lastSeenAtMs)),
        },
        {
          key: 'access',
          header: t('col.access'),
          cell: (row) => t(row.writing ? 'access.writing' : 'access.readOnly'),
        },
      ]}
    />
  );
}

/** All devices, the most urgent first: how many stand how, and the one in hand by its number or its learner. */
export function DevicesPage(): JSX.Element {
  const asked = useAsk(deviceList, '/security/devices', 30_000);
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<DeviceFilter>('all');
  const showAll = () => {
    setSearch('');
    setFilter('all');
  };
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.devices')} text={t('devices.text')}>
        <LinkButton href={hrefOf('enrol')} kind="primary" icon="plus">
          {t('nav.enrol')}
        </LinkButton>
      </PageHead>
      <Loading asked={asked}>
        {({ devices }) => {
          const found = devices.filter((row) => fitsSearch(nameOf(row.learner), row.id, search));
          const rows = found.filter((row) => fitsFilter(row, filter));
          const [only] = rows;
          if (devices.length === 0)
            return <EmptyState icon="laptop" title={t('devices.none')} text={t('devices.noneText')} />;
          return (
            <>
              <form
                class="desk-short"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (only && rows.length === 1) location.hash = hrefOf('devices', only.id);
                }}
              >
                <Field
                  label={t('devices.search')}
                  hint={t('devices.searchHint')}
                  type="search"
                  value={search}
                  onInput={setSearch}
                />
              </form>
              <Tiles devices={found} chosen={filter} onChoose={setFilter} />
              <p class="ll-visually-hidden" role="status">
                {t('devices.count', { n: rows.length })}
              </p>
              {rows.length === 0 ? (
                <EmptyState icon="laptop" title={t('devices.noneFound')}>
                  <Button onClick={showAll}>{t('devices.showAll')}</Button>
                </EmptyState>
              ) : (
                <DeviceTable rows={rows} />
              )}
            </>
          );
        }}
      </Loading>
    </div>
  );
}
