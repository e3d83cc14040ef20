import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCode } from '#core/enrolment/code.ts';
import { Button } from '#ui/components/button.tsx';
import { FileField, TextArea } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { type CheckNumber, checkNumber, type ReadReport, readReport } from '../api/evidence.ts';
import { tell } from './call.ts';
import { actText, i18n, t, todoText, verdictText } from './i18n/texts.ts';
import { ActProblem, useAct } from './loading.tsx';
import { Facts, fileTexts } from './parts.tsx';

/** What a report says, in plain words; its events stand with what the laptop noticed, at the top of the page. */
function Read({ report }: { readonly report: ReadReport }): JSX.Element {
  const { isNew, events, older, licence } = report;
  return (
    <div class="ll-stack">
      <Notice tone={isNew ? 'good' : 'warn'} title={t(isNew ? 'report.new' : 'report.old')} announce="status">
        <p>{t(isNew ? 'report.newText' : 'report.oldText')}</p>
      </Notice>
      <Facts
        facts={[
          [t('report.madeAt'), i18n.formatDateTime(report.madeAtMs)],
          [t('report.clock'), i18n.formatDateTime(report.wallMs)],
          [t('report.verdict'), verdictText(report.verdict)],
          [
            t('device.licence'),
            licence
              ? `${i18n.formatDate(licence.expiresAtMs)} (${t('device.serial')} ${licence.serial})`
              : t('days.none'),
          ],
        ]}
      />
      {events.length === 0 && <p>{t('report.nothing')}</p>}
      <ul class="ll-plain-list ll-stack">
        {events.map((event) => (
          <li key={`${event.code} ${event.detail}`} class="ll-stack ll-stack-tight">
            <span>
              <span class="ll-strong">{actText(event.code)}</span>{' '}
              {t('report.times', { n: event.times, date: i18n.formatDateTime(event.atMs) })}{' '}
              <span class="ll-quiet ll-small desk-detail">{event.detail}</span>
            </span>
            <span class="ll-quiet ll-measure">{todoText(event.code)}</span>
          </li>
        ))}
      </ul>
      {older > 0 && <p class="ll-quiet">{t('report.older', { n: older })}</p>}
    </div>
  );
}

interface CheckProps {
  readonly deviceId: string;
  readonly onDone: () => void;
}

/** A laptop in hand: a number for its report, and the report that it signed, scanned, pasted or from a file. */
export function CheckDevice({ deviceId, onDone }: CheckProps): JSX.Element {
  const act = useAct();
  const [check, setCheck] = useState<CheckNumber>();
  const [text, setText] = useState('');
  const [report, setReport] = useState<ReadReport>();
  const path = `/security/devices/${deviceId}`;
  const open = () =>
    act.run(async () => {
      setCheck(await tell(checkNumber, `${path}/checks`));
      setReport(undefined);
    });
  const read = () =>
    act.run(async () => {
      setReport(undefined);
      setReport(await tell(readReport, `${path}/report`, { text }));
      setCheck(undefined);
      setText('');
      onDone();
    });
  return (
    <section class="ll-card ll-stack" aria-labelledby="check">
      <h2 id="check">{t('report.title')}</h2>
      <p class="ll-measure">{t('report.text')}</p>
      {check ? (
        <p role="status">
          {t('report.number')} <strong class="ll-mono">{formatCode(check.number)}</strong>{' '}
          <span class="ll-quiet">{t('report.until', { time: i18n.formatDateTime(check.expiresAtMs) })}</span>
        </p>
      ) : (
        <div>
          <Button disabled={act.busy} onClick={open}>
            {t('report.makeNumber')}
          </Button>
        </div>
      )}
      <form
        class="ll-stack"
        onSubmit={(event) => {
          event.preventDefault();
          read();
        }}
      >
        <TextArea
          label={t('report.field')}
          hint={t('report.fieldHint')}
          rows={3}
          maxLength={20_000}
          value={text}
          onInput={setText}
        />
        <FileField
          label={t('report.file')}
          accept=".txt,text/plain"
          texts={fileTexts()}
          onChange={(file) => void file?.text().then(setText)}
        />
        <div>
          <Button type="submit" disabled={act.busy || text.trim() === ''}>
            {t('report.read')}
          </Button>
        </div>
      </form>
      <ActProblem act={act} />
      {report && <Read report={report} />}
    </section>
  );
}
