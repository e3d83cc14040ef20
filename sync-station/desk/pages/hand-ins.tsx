import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Choices, Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { type HandInRow, handIns } from '../../api/tutor.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';
import { hrefOf } from '../router.ts';

type Filter = 'new' | 'marked' | 'all';

function fits(row: HandInRow, filter: Filter, search: string): boolean {
  if (filter === 'new' && row.step === 'marked') return false;
  if (filter === 'marked' && row.step !== 'marked') return false;
  return `${nameOf(row.learner)} ${row.title}`.toLowerCase().includes(search.trim().toLowerCase());
}

/** How far a piece of work is, in words. */
export function StepChip({ step }: { readonly step: HandInRow['step'] }): JSX.Element {
  const tone = step === 'marked' ? 'good' : step === 'received' ? 'info' : 'warn';
  return <Chip tone={tone}>{t(`handInStep.${step}`)}</Chip>;
}

/** The list of work that was handed in. */
export function HandInsPage(): JSX.Element {
  const asked = useAsk(handIns, '/tutor/hand-ins', 30_000);
  const [filter, setFilter] = useState<Filter>('new');
  const [search, setSearch] = useState('');
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.handIns')} text={t('handIns.text')} />
      <div class="ll-row ll-row-apart">
        <Choices
          label={t('handIns.show')}
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'new', label: t('handIns.new') },
            { value: 'marked', label: t('handIns.marked') },
            { value: 'all', label: t('handIns.all') },
          ]}
        />
        <Field label={t('handIns.search')} type="search" value={search} onInput={setSearch} />
      </div>
      <Loading asked={asked}>
        {(value) => (
          <Table
            caption={t('nav.handIns')}
            hideCaption
            rows={value.handIns.filter((row) => fits(row, filter, search))}
            rowKey={(row) => row.id}
            empty={<EmptyState icon="pen" title={t('handIns.none')} text={t('handIns.noneText')} />}
            columns={[
              {
                key: 'title',
                header: t('col.work'),
                cell: (row) => <a href={hrefOf('hand-ins', row.id)}>{row.title}</a>,
              },
              { key: 'learner', header: t('col.learner'), cell: (row) => nameOf(row.learner) },
              { key: 'when', header: t('col.handedIn'), cell: (row) => i18n.formatDateTime(row.handedInAtMs) },
              {
                key: 'kind',
                header: t('col.form'),
                cell: (row) => (row.fileName === null ? t('handIns.words', { n: row.words }) : t('handIns.file')),
              },
              { key: 'step', header: t('col.state'), cell: (row) => <StepChip step={row.step} /> },
            ]}
          />
        )}
      </Loading>
    </div>
  );
}
