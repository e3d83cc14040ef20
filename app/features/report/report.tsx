import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCode, normaliseCode } from '#core/enrolment/code.ts';
import { BackLink, Button, LinkButton } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { MadeReport } from '../../platform/platform.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { Picture } from './picture.tsx';
import './report.css';

function Made({ made }: { readonly made: MadeReport }): JSX.Element {
  const { t } = texts;
  const { events, check, deviceId } = made.report;
  const file = useMemo(() => URL.createObjectURL(new Blob([made.text], { type: 'text/plain' })), [made]);
  useEffect(() => () => URL.revokeObjectURL(file), [file]);
  const heading = useRef<HTMLHeadingElement>(null);
  // On a small screen, or one that is read out, nothing else shows that it is there.
  useEffect(() => heading.current?.focus(), [made]);
  return (
    <>
      <section class="ll-card ll-stack" aria-labelledby="report-made">
        <h2 id="report-made" tabIndex={-1} ref={heading}>
          {t('report.made')}
        </h2>
        <p>{check === null ? t('report.noNumber') : t('report.forNumber', { number: formatCode(check) })}</p>
        <Picture text={made.text} label={t('report.picture')} />
        <div>
          <LinkButton href={file} download={`report-${deviceId.slice(0, 8)}.txt`}>
            {t('report.save')}
          </LinkButton>
        </div>
        <details class="ll-details">
          <summary>{t('report.asText')}</summary>
          <code class="ll-report-text">{made.text}</code>
        </details>
      </section>
      <section class="ll-card ll-stack" aria-labelledby="report-noticed">
        <h2 id="report-noticed">{t('report.noticed')}</h2>
        {events.length === 0 && <p>{t('report.nothing')}</p>}
        <ul class="ll-stack ll-stack-tight">
          {events.map((event) => (
            <li key={`${event.code} ${event.detail}`}>
              {t(texts.forCode('noticed.', event.code, 'noticed.other'))}{' '}
              <span class="ll-quiet ll-small">{texts.formatDateTime(event.atMs)}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** For the officer, also when the laptop cannot connect: what it noticed, signed by the laptop itself. */
export function ReportScreen(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const [made, setMade] = useState<MadeReport>();
  const [failed, setFailed] = useState(false);
  const make = async () => {
    const check = typed.trim() === '' ? null : normaliseCode(typed);
    setWrong(check === undefined);
    if (check === undefined) return;
    setFailed(false);
    try {
      setMade(await platform.report(check));
    } catch (cause) {
      // Nothing is lost by it: the learner is told and can ask again.
      console.error(cause);
      setFailed(true);
    }
  };
  return (
    <div class="ll-stack ll-measure">
      <div>
        <BackLink href={hrefOf({ kind: 'shelf' })}>{t('report.back')}</BackLink>
      </div>
      <h1 tabIndex={-1}>{t('report.title')}</h1>
      <p>{t('report.intro')}</p>
      <form
        class="ll-card ll-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Field
          label={t('report.number')}
          hint={t('report.numberHint')}
          error={wrong ? t('report.numberWrong') : undefined}
          code
          maxLength={14}
          value={typed}
          onInput={(value) => setTyped(value.toUpperCase())}
        />
        <div>
          <Button kind="primary" type="submit">
            {t('report.make')}
          </Button>
        </div>
      </form>
      {failed && <Notice tone="bad" title={t('app.failed.title')} announce="alert" />}
      {made && <Made made={made} />}
    </div>
  );
}
