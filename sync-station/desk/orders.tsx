import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { Notice } from '#ui/components/notice.tsx';
import type { DeviceDetail } from '../api/security.ts';
import { anything, tell } from './call.ts';
import { i18n, t } from './i18n/texts.ts';
import { ActProblem, useAct } from './loading.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { hrefOf } from './router.ts';

interface OrdersProps {
  readonly device: DeviceDetail;
  readonly onDone: () => void;
}

/** What an officer may order for a laptop, and what waits until it connects. */
export function Orders({ device, onDone }: OrdersProps): JSX.Element {
  const act = useAct();
  const [asking, setAsking] = useState<'wipe' | 'wipe-closed' | undefined>(undefined);
  const path = `/security/devices/${device.id}`;
  const go = (to: string, body?: object) =>
    act.run(async () => {
      await tell(anything, `${path}/${to}`, body);
      setAsking(undefined);
      onDone();
    });
  const waits = (kind: string) => device.orders.some((order) => order.kind === kind);
  return (
    <section class="ll-card ll-stack" aria-labelledby="orders">
      <h2 id="orders">{t('orders.title')}</h2>
      {device.orders.map((order) => (
        <Notice key={order.id} tone="info" title={t(`order.${order.kind}.waits`)} announce="status">
          <p>{t(`order.${order.kind}.how`, { date: i18n.formatDateTime(order.orderedAtMs) })}</p>
          <div>
            <Button disabled={act.busy} onClick={() => go('orders/withdraw', { orderId: order.id })}>
              {t('order.withdraw')}
            </Button>
          </div>
        </Notice>
      ))}
      {!waits('release-pin') && (
        <div class="ll-row ll-row-apart">
          <p class="ll-measure">{t('order.release-pin.text')}</p>
          <Button disabled={act.busy} onClick={() => go('release-pin')}>
            {t('order.release-pin.go')}
          </Button>
        </div>
      )}
      {!waits('new-pin') && (
        <div class="ll-row ll-row-apart">
          <p class="ll-measure">{t(`order.new-pin.${device.newPin}`)}</p>
          {device.newPin === 'ready' ? (
            <Button disabled={act.busy} onClick={() => go('new-pin')}>
              {t('order.new-pin.go')}
            </Button>
          ) : (
            <LinkButton href={hrefOf('recovery')}>{t('nav.recovery')}</LinkButton>
          )}
        </div>
      )}
      {!waits('wipe') && device.standing !== 'forked' && (
        <div class="ll-row ll-row-apart">
          <p class="ll-measure">{t('order.wipe.text')}</p>
          <Button kind="caution" disabled={act.busy} onClick={() => setAsking('wipe')}>
            {t('order.wipe.go')}
          </Button>
        </div>
      )}
      {!waits('wipe-closed') && device.standing !== 'forked' && (
        <div class="ll-row ll-row-apart">
          <p class="ll-measure">{t('order.wipe-closed.text')}</p>
          <Button kind="caution" disabled={act.busy} onClick={() => setAsking('wipe-closed')}>
            {t('order.wipe-closed.go')}
          </Button>
        </div>
      )}
      <ActProblem act={act} />
      <Dialog
        open={asking !== undefined && !act.needsPassword}
        title={t(`order.${asking ?? 'wipe'}.title`)}
        onClose={() => {
          if (!act.needsPassword) setAsking(undefined);
        }}
        actions={
          <>
            <Button onClick={() => setAsking(undefined)}>{t('cancel')}</Button>
            <Button kind="danger" disabled={act.busy} onClick={() => asking && go(asking)}>
              {t(`order.${asking ?? 'wipe'}.go`)}
            </Button>
          </>
        }
      >
        <p>{t(`order.${asking ?? 'wipe'}.ask`)}</p>
        {asking === 'wipe-closed' && (
          <p class="ll-strong">
            {device.backupAtMs === null
              ? t('order.wipe-closed.noBackup')
              : t('order.wipe-closed.backup', { date: i18n.formatDateTime(device.backupAtMs) })}
          </p>
        )}
        <ActProblem act={act} />
      </Dialog>
      <PasswordDialog act={act} />
    </section>
  );
}
