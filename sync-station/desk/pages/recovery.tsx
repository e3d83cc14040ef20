import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { FileField, Select } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { recoveryFile, recoveryList } from '../../api/security.ts';
import { anything, tell } from '../call.ts';
import { saveText } from '../files.ts';
import { i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { fileTexts, nameOf, PageHead, shortId } from '../parts.tsx';
import { PasswordDialog } from '../password-dialog.tsx';
import { hrefOf } from '../router.ts';

type Backup = z.infer<typeof recoveryList>['backups'][number];

function stateOf(backup: Backup): 'idle' | 'requested' | 'answered' | 'pinReady' {
  if (backup.answeredAtMs === null) return backup.requestedAtMs === null ? 'idle' : 'requested';
  if (backup.targetDeviceId !== backup.madeBy) return 'answered';
  // Once the new PIN is chosen, it begins anew.
  return backup.newPin === 'ready' ? 'pinReady' : 'idle';
}

function BackupCard({ backup, onDone }: { readonly backup: Backup; readonly onDone: () => void }): JSX.Element {
  const [device, setDevice] = useState(backup.devices[0]?.id ?? '');
  const act = useAct();
  const state = stateOf(backup);
  return (
    <article class="ll-card ll-stack">
      <h2>
        {nameOf(backup.learner)}{' '}
        <Chip tone={state === 'answered' || state === 'pinReady' ? 'good' : state === 'requested' ? 'warn' : 'neutral'}>
          {t(`recovery.${state}`)}
        </Chip>
      </h2>
      <p class="ll-quiet">
        {t('recovery.made', { id: shortId(backup.madeBy), when: i18n.formatDateTime(backup.createdAtMs) })}
      </p>
      {state === 'pinReady' && (
        <Notice tone="good" title={t('recovery.pinReadyTitle')}>
          <p>
            <a href={hrefOf('devices', backup.madeBy)}>{t('recovery.pinReadyGo')}</a>
          </p>
        </Notice>
      )}
      {backup.devices.length === 0 ? (
        <Notice tone="info" title={t('recovery.noDevice')} />
      ) : (
        <>
          <Select
            label={t('recovery.device')}
            value={device}
            onChange={setDevice}
            options={backup.devices.map((one) => ({
              value: one.id,
              label:
                one.id === backup.madeBy
                  ? t('recovery.deviceItself', { id: shortId(one.id) })
                  : t('recovery.deviceOption', { id: shortId(one.id), when: i18n.formatDate(one.createdAtMs) }),
            }))}
          />
          <ActProblem act={act} />
          <div>
            <Button
              icon="download"
              disabled={act.busy}
              onClick={() =>
                act.run(async () => {
                  const file = await tell(recoveryFile, `/security/recovery/${backup.id}/request`, {
                    deviceId: device,
                  });
                  saveText(file.fileName, file.text);
                  onDone();
                })
              }
            >
              {t('recovery.export')}
            </Button>
          </div>
        </>
      )}
      <PasswordDialog act={act} />
    </article>
  );
}

function AnswerForm({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const [file, setFile] = useState<File | undefined>(undefined);
  const [taken, setTaken] = useState(false);
  const act = useAct();
  return (
    <form
      class="ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!file) return;
        act.run(async () => {
          await tell(anything, '/security/recovery/answer', { text: await file.text() });
          setTaken(true);
          onDone();
        });
      }}
    >
      <h2>{t('recovery.importTitle')}</h2>
      {taken && <Notice tone="good" title={t('recovery.imported')} announce="status" />}
      <FileField label={t('recovery.answer')} accept=".json,application/json" texts={fileTexts()} onChange={setFile} />
      <ActProblem act={act} />
      <div>
        <Button type="submit" disabled={act.busy || !file}>
          {t('recovery.import')}
        </Button>
      </div>
      <PasswordDialog act={act} />
    </form>
  );
}

/** Bringing a learner's work back with the custodians' key. */
export function RecoveryPage(): JSX.Element {
  const asked = useAsk(recoveryList, '/security/recovery');
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.recovery')} text={t('recovery.text')} />
      <Loading asked={asked}>
        {({ backups }) =>
          backups.length === 0 ? (
            <EmptyState icon="shield" title={t('recovery.none')} text={t('recovery.noneText')} />
          ) : (
            <>
              {backups.map((backup) => (
                <BackupCard key={backup.id} backup={backup} onDone={asked.again} />
              ))}
              <AnswerForm onDone={asked.again} />
            </>
          )
        }
      </Loading>
    </div>
  );
}
