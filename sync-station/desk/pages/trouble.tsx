import type { JSX } from 'preact';
import { Button } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { type Trouble, trouble } from '../../api/security.ts';
import { anything, tell } from '../call.ts';
import { codeText, i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { Looks } from '../looks.tsx';
import { nameOf, PageHead, shortId } from '../parts.tsx';
import { PasswordDialog } from '../password-dialog.tsx';
import { hrefOf } from '../router.ts';
import { RevocationNotice } from './device.tsx';

function Fork({ fork, onDone }: { readonly fork: Trouble['forks'][number]; readonly onDone: () => void }): JSX.Element {
  const act = useAct();
  const resolve = (outcome: { kind: 'revoke' } | { kind: 'continue'; headParcelId: string | null }) =>
    act.run(async () => {
      await tell(anything, `/security/forks/${fork.deviceId}`, outcome);
      onDone();
    });
  return (
    <article class="ll-card ll-stack">
      <h3>
        <a href={hrefOf('devices', fork.deviceId)}>{shortId(fork.deviceId)}</a> · {nameOf(fork.learner)}
      </h3>
      <p class="ll-measure">{t('fork.text')}</p>
      {fork.branches.length === 0 && (
        <div>
          <Button disabled={act.busy} onClick={() => resolve({ kind: 'continue', headParcelId: null })}>
            {t('fork.continueNext')}
          </Button>
        </div>
      )}
      {fork.branches.length > 0 && (
        <Table
          caption={t('fork.branches')}
          rows={fork.branches}
          rowKey={(row) => row.parcelId}
          columns={[
            { key: 'when', header: t('col.time'), cell: (row) => i18n.formatDateTime(row.foundAtMs) },
            { key: 'sequence', header: t('col.sequence'), number: true, cell: (row) => row.sequence },
            {
              key: 'parcel',
              header: t('col.parcel'),
              cell: (row) => <span class="desk-hash">{row.parcelId.slice(0, 16)}</span>,
            },
            {
              key: 'act',
              header: t('col.act'),
              cell: (row) => (
                <Button disabled={act.busy} onClick={() => resolve({ kind: 'continue', headParcelId: row.parcelId })}>
                  {t('fork.continue')}
                </Button>
              ),
            },
          ]}
        />
      )}
      <ActProblem act={act} />
      <div>
        <Button kind="caution" disabled={act.busy} onClick={() => resolve({ kind: 'revoke' })}>
          {t('fork.revoke')}
        </Button>
      </div>
      <PasswordDialog act={act} />
    </article>
  );
}

/** What laptops noticed, forks, quarantined parcels, revocations that still have to be published. */
export function TroublePage(): JSX.Element {
  const asked = useAsk(trouble, '/security/trouble', 30_000);
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.trouble')} text={t('trouble.text')} />
      <Loading asked={asked}>
        {({ noticed, forks, quarantined, revocations }) => {
          const waiting = revocations.filter((one) => !one.published);
          if (noticed.length + forks.length + quarantined.length + waiting.length === 0) {
            return <EmptyState icon="check" title={t('trouble.none')} text={t('trouble.noneText')} />;
          }
          return (
            <>
              {noticed.length > 0 && (
                <section class="ll-stack" aria-labelledby="noticed">
                  <h2 id="noticed">{t('look.section')}</h2>
                  {noticed.map(({ deviceId, learner, looks }) => (
                    <article key={deviceId} class="ll-card ll-stack">
                      <h3>
                        <a href={hrefOf('devices', deviceId)}>{shortId(deviceId)}</a> · {nameOf(learner)}
                      </h3>
                      <Looks deviceId={deviceId} looks={looks} onDone={asked.again} />
                    </article>
                  ))}
                </section>
              )}
              {forks.length > 0 && (
                <section class="ll-stack" aria-labelledby="forks">
                  <h2 id="forks">{t('fork.title')}</h2>
                  {forks.map((fork) => (
                    <Fork key={fork.deviceId} fork={fork} onDone={asked.again} />
                  ))}
                </section>
              )}
              {waiting.length > 0 && (
                <section class="ll-stack" aria-labelledby="revocations">
                  <h2 id="revocations">{t('revocation.title')}</h2>
                  {waiting.map((one) => (
                    <RevocationNotice key={one.command} revocation={one} />
                  ))}
                </section>
              )}
              {quarantined.length > 0 && (
                <section class="ll-stack" aria-labelledby="quarantine">
                  <h2 id="quarantine">{t('quarantine.title')}</h2>
                  <Notice tone="info" title={t('quarantine.text')} />
                  <Table
                    caption={t('quarantine.title')}
                    hideCaption
                    rows={quarantined}
                    rowKey={(row) => row.parcelId}
                    columns={[
                      { key: 'when', header: t('col.time'), cell: (row) => i18n.formatDateTime(row.receivedAtMs) },
                      {
                        key: 'device',
                        header: t('col.device'),
                        cell: (row) => <a href={hrefOf('devices', row.deviceId)}>{shortId(row.deviceId)}</a>,
                      },
                      { key: 'learner', header: t('col.learner'), cell: (row) => nameOf(row.learner) },
                      { key: 'why', header: t('col.why'), cell: (row) => codeText(row.code) },
                      {
                        key: 'size',
                        header: t('col.size'),
                        number: true,
                        cell: (row) => i18n.formatSize(row.sizeBytes),
                      },
                    ]}
                  />
                </section>
              )}
            </>
          );
        }}
      </Loading>
    </div>
  );
}
