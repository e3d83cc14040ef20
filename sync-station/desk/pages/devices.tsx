import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { LinkButton } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { deviceList } from '../../api/security.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { daysText, nameOf, PageHead, StandingChip, shortId } from '../parts.tsx';
import { hrefOf } from '../router.ts';

/** All devices, the most urgent first. */
export function DevicesPage(): JSX.Element {
  const asked = useAsk(deviceList, '/security/devices', 30_000);
  const [search, setSearch] = useState('');
  const wanted = search.replace(/\s/g, '').toLowerCase();
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.devices')} text={t('devices.text')}>
        <LinkButton href={hrefOf('enrol')} kind="primary" icon="plus">
          {t('nav.enrol')}
        </LinkButton>
      </PageHead>
      <div class="desk-short">
        <Field label={t('devices.search')} type="search" value={search} onInput={setSearch} />
      </div>
      <Loading asked={asked}>
        {({ devices }) => (
          <Table
            caption={t('nav.devices')}
            hideCaption
            rows={devices.filter((row) =>
              `${nameOf(row.learner)}${row.id}`.replace(/\s/g, '').toLowerCase().includes(wanted),
            )}
            rowKey={(row) => row.id}
            empty={<EmptyState icon="laptop" title={t('devices.none')} text={t('devices.noneText')} />}
            columns={[
              {
                key: 'device',
                header: t('col.device'),
                cell: (row) => (
                  <a href={hrefOf('devices', row.id)} class="ll-mono">
                    {shortId(row.id)}
                  </a>
                ),
              },
              { key: 'learner', header: t('col.learner'), cell: (row) => nameOf(row.learner) },
              { key: 'state', header: t('col.state'), cell: (row) => <StandingChip standing={row.standing} /> },
              { key: 'days', header: t('col.days'), cell: (row) => daysText(row.daysLeft) },
              {
                key: 'seen',
                header: t('col.lastSeen'),
                cell: (row) => (row.lastSeenAtMs === null ? t('never') : i18n.formatDateTime(row.lastSeenAtMs)),
              },
              {
                key: 'access',
                header: t('col.access'),
                cell: (row) => t(row.writing ? 'access.writing' : 'access.readOnly'),
              },
            ]}
          />
        )}
      </Loading>
    </div>
  );
}
