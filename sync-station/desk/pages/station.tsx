import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Notice, type Tone } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { type MirrorInfo, mirrorInfo, stationInfo } from '../../api/administrator.ts';
import { tell } from '../call.ts';
import { codeText, i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { Facts, PageHead } from '../parts.tsx';

const tones: Record<MirrorInfo['kind'], Tone> = { empty: 'warn', fresh: 'good', late: 'warn', stopped: 'bad' };

function Mirror(): JSX.Element {
  const asked = useAsk(mirrorInfo, '/administrator/mirror', 30_000);
  const [news, setNews] = useState<MirrorInfo | undefined>(undefined);
  const act = useAct();
  const refresh = () => act.run(async () => setNews(await tell(mirrorInfo, '/administrator/mirror/refresh')));
  return (
    <section class="ll-stack" aria-labelledby="mirror">
      <div class="ll-row ll-row-apart">
        <h2 id="mirror">{t('mirror.title')}</h2>
        <Button icon="sync" disabled={act.busy} onClick={refresh}>
          {t(act.busy ? 'mirror.busy' : 'mirror.refresh')}
        </Button>
      </div>
      <ActProblem act={act} />
      <Loading asked={asked}>
        {(loaded) => {
          const mirror = news && news.nowMs > loaded.nowMs ? news : loaded;
          return (
            <>
              <Notice tone={tones[mirror.kind]} title={t(`mirror.${mirror.kind}`)} announce="status">
                {mirror.failure && (
                  <p>
                    {t('mirror.failure', {
                      when: i18n.formatDateTime(mirror.failure.atMs),
                      why: codeText(mirror.failure.code),
                    })}
                  </p>
                )}
              </Notice>
              <Facts
                facts={[
                  [t('mirror.source'), mirror.repository ?? t('mirror.noSource')],
                  [
                    t('mirror.refreshed'),
                    mirror.refreshedAtMs === null ? t('never') : i18n.formatDateTime(mirror.refreshedAtMs),
                  ],
                  [t('mirror.root'), <span class="desk-hash">{mirror.rootSha256 ?? '–'}</span>],
                ]}
              />
              {mirror.roles.length > 0 && (
                <Table
                  caption={t('mirror.metadata')}
                  rows={mirror.roles}
                  rowKey={(row) => row.role}
                  columns={[
                    { key: 'role', header: t('mirror.role'), cell: (row) => row.role },
                    { key: 'version', header: t('mirror.version'), number: true, cell: (row) => row.version },
                    {
                      key: 'expires',
                      header: t('mirror.expires'),
                      cell: (row) => (row.expiresAtMs === null ? '–' : i18n.formatDate(row.expiresAtMs)),
                    },
                  ]}
                />
              )}
            </>
          );
        }}
      </Loading>
    </section>
  );
}

/** What this station is, and how its mirror stands. */
export function StationPage(): JSX.Element {
  const asked = useAsk(stationInfo, '/administrator/station');
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.station')} text={t('station.text')} />
      <Mirror />
      <section class="ll-stack" aria-labelledby="station-facts">
        <h2 id="station-facts">{t('station.title')}</h2>
        <Loading asked={asked}>
          {(station) => (
            <>
              {!station.granted && <Notice tone="warn" title={t('station.noGrant')} />}
              {station.failing.map((what) => (
                <Notice key={what} tone="bad" title={t(`station.failing.${what}`)}>
                  <p>{t(`station.failing.${what}Text`)}</p>
                </Notice>
              ))}
              {station.backupOnSameDisk && <Notice tone="warn" title={t('station.sameDisk')} />}
              <Facts
                facts={[
                  [t('station.name'), station.stationName],
                  [t('station.site'), `${station.siteName} (${station.siteId})`],
                  [t('station.where'), station.whereToSync],
                  [t('station.desk'), station.deskOrigin],
                  [t('station.app'), station.learnerOrigins.join(', ')],
                  [t('station.days'), t('days.plain', { n: station.licenceDays })],
                  [t('station.receiptKey'), <span class="desk-hash">{station.receiptKeyId}</span>],
                  [t('station.licenceKey'), <span class="desk-hash">{station.licenceKeyId}</span>],
                  [t('station.ageKey'), <span class="desk-hash">{station.ageRecipient}</span>],
                ]}
              />
            </>
          )}
        </Loading>
      </section>
    </div>
  );
}
