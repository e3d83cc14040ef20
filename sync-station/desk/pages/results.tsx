import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Field } from '#ui/components/field.tsx';
import { Table } from '#ui/components/table.tsx';
import { type QuizResultRow, quizResults } from '../../api/tutor.ts';
import { i18n, t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { nameOf, PageHead } from '../parts.tsx';

/** Points in words, and whether they were enough. */
function Points({ row }: { readonly row: QuizResultRow }): JSX.Element {
  const { score, maxScore, passed } = row;
  const text =
    score === null || maxScore === null
      ? t('results.noPoints')
      : t('results.points', { n: i18n.formatNumber(Math.round(score * 100) / 100), max: i18n.formatNumber(maxScore) });
  const tone = passed === null ? 'neutral' : passed ? 'good' : 'warn';
  return (
    <Chip tone={tone}>{passed === null ? text : `${text}, ${t(passed ? 'results.passed' : 'results.failed')}`}</Chip>
  );
}

/** What a learner wrote where a person has to judge. */
function Written({ row }: { readonly row: QuizResultRow }): JSX.Element | null {
  if (row.open.length === 0) return null;
  return (
    <details>
      <summary>{t('results.open', { n: row.open.length })}</summary>
      <div class="ll-stack ll-stack-tight">
        {row.open.map(({ itemId, question, drawn, texts }) => (
          <div key={itemId} class="ll-stack ll-stack-tight">
            {question !== null && <p class="ll-strong">{question}</p>}
            {drawn.length > 0 && (
              <p class="ll-quiet">
                {t('results.drawn', { values: drawn.map(({ name, value }) => `${name} = ${value}`).join(', ') })}
              </p>
            )}
            {texts.map((text) => (
              <blockquote key={text} class="ll-prose">
                {text}
              </blockquote>
            ))}
          </div>
        ))}
      </div>
    </details>
  );
}

/** The quizzes that learners finished, newest first. */
export function ResultsPage(): JSX.Element {
  const asked = useAsk(quizResults, '/tutor/results', 30_000);
  const [search, setSearch] = useState('');
  const fits = (row: QuizResultRow): boolean =>
    `${nameOf(row.learner)} ${row.title}`.toLowerCase().includes(search.trim().toLowerCase());
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.results')} text={t('results.text')} />
      <Field label={t('handIns.search')} type="search" value={search} onInput={setSearch} />
      <Loading asked={asked}>
        {(value) => (
          <Table
            caption={t('nav.results')}
            hideCaption
            rows={value.results.filter(fits)}
            rowKey={(row) => row.id}
            empty={<EmptyState icon="check" title={t('results.none')} text={t('results.noneText')} />}
            columns={[
              { key: 'title', header: t('results.quiz'), cell: (row) => row.title },
              { key: 'learner', header: t('col.learner'), cell: (row) => nameOf(row.learner) },
              { key: 'when', header: t('results.when'), cell: (row) => i18n.formatDateTime(row.finishedAtMs) },
              {
                key: 'attempt',
                header: t('results.attempt'),
                cell: (row) => i18n.formatNumber(row.attempt),
                number: true,
              },
              { key: 'points', header: t('results.result'), cell: (row) => <Points row={row} /> },
              { key: 'open', header: t('results.written'), cell: (row) => <Written row={row} /> },
            ]}
          />
        )}
      </Loading>
    </div>
  );
}
