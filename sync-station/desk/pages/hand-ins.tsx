import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Choices, Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { type HandInRow, handIns } from '../../api/tutor.ts';
import { stationNow } from '../desk-state.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { nameOf, PageHead, sinceText } from '../parts.tsx';
import { hrefOf } from '../router.ts';

type Filter = 'new' | 'marked' | 'all';

/** A version that was handed in again stands in the list of all work only. */
function fits(row: HandInRow, filter: Filter, search: string): boolean {
  if (filter !== 'all' && !row.newest) return false;
  if (filter === 'new' && row.step === 'marked') return false;
  if (filter === 'marked' && row.step !== 'marked') return false;
  return `${nameOf(row.learner)} ${row.title}`.toLowerCase().includes(search.trim().toLowerCase());
}

/** What waits longest comes first; what is marked follows, the newest first. */
function inTurn(rows: readonly HandInRow[]): HandInRow[] {
  const waiting = rows.filter((row) => row.step !== 'marked').sort((a, b) => a.handedInAtMs - b.handedInAtMs);
  const marked = rows.filter((row) => row.step === 'marked').sort((a, b) => b.handedInAtMs - a.handedInAtMs);
  return [...waiting, ...marked];
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
  const all = asked.loaded.kind === 'ready' ? asked.loaded.value.handIns : undefined;
  const count = all && ((what: Filter) => all.filter((row) => fits(row, what, '')).length);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.handIns')} text={t('handIns.text')} />
      <div class="ll-row ll-row-apart">
        <Choices
          label={t('handIns.show')}
          value={filter}
          onChange={setFilter}
          options={(['new', 'marked', 'all'] as const).map((value) => ({
            value,
            label: count === undefined ? t(`handIns.${value}`) : `${t(`handIns.${value}`)} (${count(value)})`,
          }))}
        />
        <div class="desk-search">
          <Field label={t('handIns.search')} type="search" value={search} onInput={setSearch} />
        </div>
      </div>
      <Loading asked={asked}>
        {(value) => (
          <Table
            caption={t('nav.handIns')}
            hideCaption
            rows={inTurn(value.handIns.filter((row) => fits(row, filter, search)))}
            rowKey={(row) => row.id}
            empty={<EmptyState icon="pen" title={t('handIns.none')} text={t('handIns.noneText')} />}
            columns={[
              {
                key: 'title',
                header: t('col.work'),
                sortBy: (row) => row.title,
                cell: (row) => (
                  <>
                    <a href={hrefOf('hand-ins', row.id)}>{row.title}</a>
                    {(row.version > 1 || !row.newest) && (
                      <>
                        {' '}
                        <Chip>{t('handIns.version', { n: row.version })}</Chip>
                      </>
                    )}
                  </>
                ),
              },
              {
                key: 'learner',
                header: t('col.learner'),
                sortBy: (row) => nameOf(row.learner),
                cell: (row) => nameOf(row.learner),
              },
              {
                key: 'when',
                header: t('col.handedIn'),
                sortBy: (row) => row.handedInAtMs,
                cell: (row) => i18n.formatDateTime(row.handedInAtMs),
              },
              {
                key: 'waits',
                header: t('col.waits'),
                cell: (row) => (row.step === 'marked' ? '–' : sinceText(row.handedInAtMs, stationNow())),
              },
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
