import type { JSX } from 'preact';
import { Icon } from '#ui/components/icon.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { texts } from '../../i18n/texts.ts';
import type { ModuleChange, SyncReport } from '../../platform/sync/sync-event.ts';

function moduleText({ title, change, code }: ModuleChange): string {
  if (change !== 'refused') return texts.t(`dock.module.${change}`, { title });
  const reason = texts.t(texts.forCode('dock.refused.', code ?? 'other', 'dock.refused.other'));
  return texts.t('dock.module.refused', { title, reason });
}

/** What one sync did: the new date, what went out with its receipts, what came in, and what did not work. */
export function Report({ report }: { readonly report: SyncReport }): JSX.Element {
  const { t } = texts;
  const { newExpiresAtMs, problems, receipts, modules } = report;
  return (
    <>
      <Notice tone={newExpiresAtMs === undefined ? 'warn' : 'good'} title={t('dock.done.title')}>
        <p>
          {newExpiresAtMs === undefined
            ? t('dock.done.noRenewal')
            : t('dock.done.until', { date: texts.formatDate(newExpiresAtMs) })}
        </p>
      </Notice>
      {problems.length > 0 && (
        <Notice tone="warn" title={t('dock.problems')}>
          {problems.map((code) => (
            <p key={code}>
              {t(texts.forCode('dock.error.', code, 'dock.error.other'))}{' '}
              <span class="ll-quiet ll-small">{t('dock.code', { code })}</span>
            </p>
          ))}
        </Notice>
      )}
      <section class="ll-card ll-stack" aria-labelledby="dock-out">
        <h2 id="dock-out">{t('dock.out.title')}</h2>
        {report.parcelsUp === 0 ? (
          <p>{t('dock.out.none')}</p>
        ) : (
          <p>
            <span class="ll-strong">{t('dock.out.parcels', { n: report.parcelsUp })}</span>{' '}
            <span class="ll-quiet">{t('dock.out.what')}</span>
          </p>
        )}
        {receipts.length > 0 && (
          <Table
            caption={t('dock.receipts')}
            hideCaption
            rows={receipts}
            rowKey={(receipt) => `${receipt.parcelId} ${receipt.step}`}
            columns={[
              {
                key: 'id',
                header: t('dock.receipt'),
                cell: (receipt) => <code>{receipt.parcelId.slice(0, 8)}</code>,
              },
              {
                key: 'step',
                header: t('dock.receipt.state'),
                cell: (receipt) => t(`dock.receipt.${receipt.step}`),
              },
              {
                key: 'at',
                header: t('dock.receipt.at'),
                cell: (receipt) => texts.formatDateTime(receipt.receivedAtMs),
              },
            ]}
          />
        )}
      </section>
      <section class="ll-card ll-stack" aria-labelledby="dock-in">
        <h2 id="dock-in">{t('dock.in.title')}</h2>
        {report.itemsDown === 0 && modules.length === 0 && <p>{t('dock.in.none')}</p>}
        {report.itemsDown > 0 && <p>{t('dock.in.items', { n: report.itemsDown })}</p>}
        <ul class="ll-plain-list ll-stack ll-stack-tight">
          {modules.map((module) => (
            <li key={`${module.title} ${module.change}`} class="ll-icon-line">
              <Icon name={module.change === 'refused' || module.change === 'withdrawn' ? 'warning' : 'check'} />
              <span>{moduleText(module)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
