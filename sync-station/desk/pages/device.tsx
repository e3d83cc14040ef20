import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { BackLink, Button, LinkButton } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Field, TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { type DeviceDetail, deviceDetail } from '../../api/security.ts';
import { anything, tell } from '../call.ts';
import { actText, i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { Looks } from '../looks.tsx';
import { Orders } from '../orders.tsx';
import { daysText, Facts, nameOf, PageHead, shortId, standingTones } from '../parts.tsx';
import { PasswordDialog } from '../password-dialog.tsx';
import { CheckDevice } from '../report.tsx';
import { hrefOf } from '../router.ts';

function DeviceActs({ device, onDone }: { readonly device: DeviceDetail; readonly onDone: () => void }): JSX.Element {
  const [asking, setAsking] = useState<'revoke' | 'hold' | undefined>(undefined);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const act = useAct();
  const path = `/security/devices/${device.id}`;
  const go = (what: 'revoke' | 'hold') =>
    act.run(async () => {
      // The day that is chosen begins where the desk stands: the prison.
      const untilMs = until === '' ? null : new Date(`${until}T00:00`).getTime();
      await tell(anything, `${path}/${what}`, what === 'hold' ? { reason, untilMs } : { reason });
      setAsking(undefined);
      setReason('');
      setUntil('');
      onDone();
    });
  const release = () =>
    act.run(async () => {
      await tell(anything, `${path}/release`);
      onDone();
    });
  const held = device.standing === 'suspended';
  const isGone = device.standing === 'revoked' || device.standing === 'wiped';
  const canHold = !isGone && device.standing !== 'forked' && !held;
  return (
    <>
      {held && <Button onClick={release}>{t('device.release')}</Button>}
      {canHold && <Button onClick={() => setAsking('hold')}>{t('device.hold')}</Button>}
      {!isGone && (
        <Button kind="caution" onClick={() => setAsking('revoke')}>
          {t('device.revoke')}
        </Button>
      )}
      <Dialog
        open={asking !== undefined && !act.needsPassword}
        title={t(asking === 'hold' ? 'device.holdTitle' : 'device.revokeTitle')}
        onClose={() => {
          if (!act.needsPassword) setAsking(undefined);
        }}
        actions={
          <>
            <Button onClick={() => setAsking(undefined)}>{t('cancel')}</Button>
            <Button
              kind={asking === 'hold' ? 'primary' : 'danger'}
              disabled={act.busy || reason.trim().length < 3}
              onClick={() => asking && go(asking)}
            >
              {t(asking === 'hold' ? 'device.hold' : 'device.revoke')}
            </Button>
          </>
        }
      >
        <p>{t(asking === 'hold' ? 'device.holdText' : 'device.revokeText')}</p>
        <TextArea label={t('device.reason')} rows={3} maxLength={300} value={reason} onInput={setReason} />
        {asking === 'hold' && (
          <Field
            label={t('device.holdUntil')}
            hint={t('device.holdUntilHint')}
            type="date"
            value={until}
            onInput={setUntil}
          />
        )}
        <ActProblem act={act} />
      </Dialog>
      <PasswordDialog act={act} />
    </>
  );
}

/** How the device in hand stands, to be read at arm's length, and what that means. */
function Verdict({ device }: { readonly device: DeviceDetail }): JSX.Element {
  const tone = standingTones[device.standing];
  const at = device.wipedAtMs ?? device.licenceExpiresAtMs;
  const date = at === null ? '' : i18n.formatDate(at);
  return (
    <div class="ll-stack desk-verdict">
      <Notice tone={tone === 'neutral' ? 'info' : tone} title={t(`standing.${device.standing}`)}>
        <p>{t(`verdict.${device.standing}`, { n: device.daysLeft ?? 0, date })}</p>
        {device.standing === 'forked' && (
          <p>
            <a href={hrefOf('trouble')}>{t('verdict.forked.go')}</a>
          </p>
        )}
      </Notice>
      {(device.standing === 'current' || device.standing === 'dueSoon') && (
        <p class="ll-quiet ll-small ll-measure">{t('device.offline')}</p>
      )}
    </div>
  );
}

/** The line for the holder of the status key. */
export function RevocationNotice(props: {
  readonly revocation: { readonly published: boolean; readonly command: string };
}): JSX.Element {
  const { published, command } = props.revocation;
  return (
    <Notice tone={published ? 'good' : 'warn'} title={t(published ? 'revocation.published' : 'revocation.waiting')}>
      {!published && <p>{t('revocation.run')}</p>}
      {!published && <code class="desk-command">{command}</code>}
    </Notice>
  );
}

/** One device: how it stands, what happened to it, and what may be done. */
export function DevicePage({ id }: { readonly id: string }): JSX.Element {
  const asked = useAsk(deviceDetail, `/security/devices/${id}`, 30_000);
  return (
    <Loading asked={asked}>
      {(device) => (
        <div class="ll-stack ll-stack-loose">
          <PageHead
            above={<BackLink href={hrefOf('devices')}>{t('devices.back')}</BackLink>}
            title={t('device.title', { id: shortId(device.id), name: nameOf(device.learner) })}
          >
            <LinkButton href={hrefOf('why', device.id)}>{t('nav.why')}</LinkButton>
            <DeviceActs device={device} onDone={asked.again} />
          </PageHead>
          <Verdict device={device} />
          <Looks deviceId={device.id} looks={device.looks} onDone={asked.again} />
          {device.revocation && <RevocationNotice revocation={device.revocation} />}
          <Facts
            facts={[
              ...(device.stateReason === null ? [] : [[t('device.reason'), device.stateReason] as const]),
              ...(device.heldUntilMs === null
                ? []
                : [[t('device.heldUntil'), i18n.formatDate(device.heldUntilMs)] as const]),
              [
                t('device.licence'),
                device.licenceExpiresAtMs === null
                  ? t('days.none')
                  : `${i18n.formatDate(device.licenceExpiresAtMs)} (${daysText(device.daysLeft)})`,
              ],
              [t('col.lastSeen'), device.lastSeenAtMs === null ? t('never') : i18n.formatDateTime(device.lastSeenAtMs)],
              [t('col.access'), t(device.writing ? 'access.writing' : 'access.readOnly')],
              [t('enrol.modules'), device.modules.includes('*') ? t('enrol.allModules') : device.modules.join(', ')],
              [t('device.keyLevel'), t(device.keyLevel === 'non-extractable' ? 'keyLevel.strong' : 'keyLevel.wrapped')],
              [t('device.enrolled'), i18n.formatDate(device.createdAtMs)],
              [t('device.serial'), `${device.licenceSerial} (${t('device.epoch', { n: device.epoch })})`],
              [t('device.id'), <span class="desk-hash">{device.fingerprint}</span>],
            ]}
          />
          {device.standing !== 'wiped' && <CheckDevice deviceId={device.id} onDone={asked.again} />}
          {device.standing !== 'wiped' && <Orders device={device} onDone={asked.again} />}
          <Table
            caption={t('device.history')}
            rows={device.history.map((line, index) => ({ ...line, key: String(index) }))}
            rowKey={(row) => row.key}
            empty={<p class="ll-quiet">{t('device.noHistory')}</p>}
            columns={[
              { key: 'when', header: t('col.time'), cell: (row) => i18n.formatDateTime(row.atMs) },
              {
                key: 'what',
                header: t('col.what'),
                cell: (row) => (
                  <>
                    {actText(row.code)}
                    {row.note !== null && <p class="ll-quiet ll-small">{t('device.note', { note: row.note })}</p>}
                  </>
                ),
              },
              { key: 'who', header: t('col.who'), cell: (row) => row.actor ?? t('device.itself') },
            ]}
          />
        </div>
      )}
    </Loading>
  );
}
