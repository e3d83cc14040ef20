import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { auditCheck, auditPage, recoveryFile } from '../../api/security.ts';
import { ask, tell } from '../call.ts';
import { saveText } from '../files.ts';
import { actText, i18n, t } from '../i18n/texts.ts';
import { ActProblem, Loading, useAct, useAsk } from '../loading.tsx';
import { PageHead } from '../parts.tsx';
import { PasswordDialog } from '../password-dialog.tsx';

function CheckNotice({ check }: { readonly check: z.infer<typeof auditCheck> }): JSX.Element {
  if (check.brokenAt === null) {
    return <Notice tone="good" title={t('audit.whole', { n: check.entries })} announce="status" />;
  }
  return <Notice tone="bad" title={t('audit.broken', { n: check.brokenAt })} announce="alert" />;
}

/** The audit log, and whether its chain is whole. */
export function AuditPage(): JSX.Element {
  const [before, setBefore] = useState<number | undefined>(undefined);
  const [check, setCheck] = useState<z.infer<typeof auditCheck> | undefined>(undefined);
  const asked = useAsk(auditPage, before === undefined ? '/security/audit' : `/security/audit?before=${before}`);
  const act = useAct();
  return (
    <div class="ll-stack ll-stack-loose">
      <PageHead title={t('nav.audit')} text={t('audit.text')}>
        <Button
          icon="check"
          disabled={act.busy}
          onClick={() => act.run(async () => setCheck(await ask(auditCheck, '/security/audit/check')))}
        >
          {t('audit.check')}
        </Button>
        <Button
          icon="download"
          disabled={act.busy}
          onClick={() =>
            act.run(async () => {
              const file = await tell(recoveryFile, '/security/audit/export');
              saveText(file.fileName, file.text);
            })
          }
        >
          {t('audit.export')}
        </Button>
      </PageHead>
      {check && <CheckNotice check={check} />}
      <ActProblem act={act} />
      <PasswordDialog act={act} />
      <Loading asked={asked}>
        {({ entries, older }) => (
          <>
            <Table
              caption={t('nav.audit')}
              hideCaption
              rows={entries}
              rowKey={(row) => String(row.sequence)}
              empty={<p class="ll-quiet">{t('audit.none')}</p>}
              columns={[
                { key: 'n', header: t('col.sequence'), number: true, cell: (row) => row.sequence },
                { key: 'when', header: t('col.time'), cell: (row) => i18n.formatDateTime(row.atMs) },
                { key: 'what', header: t('col.what'), cell: (row) => actText(row.act) },
                {
                  key: 'who',
                  header: t('col.who'),
                  cell: (row) => <span class="desk-hash">{row.actor.slice(0, 15)}</span>,
                },
                {
                  key: 'subject',
                  header: t('col.subject'),
                  cell: (row) => <span class="desk-hash">{row.subject.slice(0, 12)}</span>,
                },
              ]}
            />
            <div class="ll-row">
              {before !== undefined && <Button onClick={() => setBefore(undefined)}>{t('audit.newest')}</Button>}
              {older !== null && <Button onClick={() => setBefore(older)}>{t('audit.older')}</Button>}
            </div>
          </>
        )}
      </Loading>
    </div>
  );
}
