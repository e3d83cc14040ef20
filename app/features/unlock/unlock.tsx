import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { Vault } from '../../platform/platform.ts';
import { lazyScreen } from '../../shell/lazy.tsx';

const DeskHelp = lazyScreen(async () => (await import('./desk-help.tsx')).DeskHelp);
const NewPinScreen = lazyScreen(async () => (await import('./new-pin.tsx')).NewPinScreen);

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

function waitText(waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1000);
  if (seconds < 60) return texts.t('time.seconds', { n: seconds });
  return texts.t('time.minutes', { n: Math.ceil(seconds / 60) });
}

/** Props of {@link UnlockScreen}. */
export interface UnlockScreenProps {
  readonly learnerLabel: string | undefined;
  readonly vault: Pick<Vault, 'unlock' | 'askDesk' | 'chooseNewPin' | 'wipeClosed'>;
}

/** Asks the PIN, by keyboard or by the pad on the screen, and counts down after wrong ones. */
export function UnlockScreen({ learnerLabel, vault }: UnlockScreenProps): JSX.Element {
  const { t } = texts;
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<'none' | 'wrong' | 'failed'>('none');
  const [waitMs, setWaitMs] = useState(0);
  const [helping, setHelping] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => input.current?.focus(), []);
  const waiting = waitMs > 0;
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setInterval(() => setWaitMs((left) => Math.max(0, left - 1000)), 1000);
    return () => clearInterval(timer);
  }, [waiting]);

  const open = async () => {
    if (pin === '' || busy || waiting) return;
    setBusy(true);
    try {
      const answer = await vault.unlock(pin);
      if (answer !== 'open') {
        setProblem('wrong');
        setWaitMs(answer.waitMs);
      }
    } catch {
      // Whatever stopped the vault, the learner's next step is the same; the platform keeps the cause for the sync.
      setProblem('failed');
    }
    setPin('');
    setBusy(false);
    input.current?.focus();
  };

  if (choosing) return <NewPinScreen choose={vault.chooseNewPin} onCancel={() => setChoosing(false)} />;
  return (
    <form
      class="ll-unlock ll-card ll-stack"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <div class="ll-unlock-head">
        <Icon name="lamp" />
        <h1 tabIndex={-1}>{learnerLabel ? t('unlock.titleNamed', { name: learnerLabel }) : t('unlock.title')}</h1>
        <p class="ll-quiet">{t('unlock.text')}</p>
      </div>
      <Field
        label={t('unlock.label')}
        type="password"
        code
        value={pin}
        onInput={setPin}
        autocomplete="current-password"
        inputRef={input}
      />
      <fieldset class="ll-pad" aria-label={t('unlock.pad')}>
        {digits.map((digit) => (
          <Button key={digit} onClick={() => setPin((before) => before + digit)}>
            {digit}
          </Button>
        ))}
        <Button icon="erase" label={t('unlock.erase')} onClick={() => setPin((before) => before.slice(0, -1))} />
        <Button onClick={() => setPin((before) => `${before}0`)}>0</Button>
        <Button kind="primary" type="submit" disabled={busy || waiting || pin === ''}>
          {t('unlock.open')}
        </Button>
      </fieldset>
      <div aria-live="polite" class="ll-stack ll-stack-tight">
        {busy && <p class="ll-quiet">{t('unlock.opening')}</p>}
        {!busy && problem === 'wrong' && (
          <Notice tone="bad" title={t('unlock.wrong')}>
            <p>{waiting ? t('unlock.wait', { time: waitText(waitMs) }) : t('unlock.waitOver')}</p>
          </Notice>
        )}
        {!busy && problem === 'failed' && (
          <Notice tone="bad" title={t('app.failed.title')}>
            {t('app.failed.text')}
          </Notice>
        )}
      </div>
      {helping ? (
        <DeskHelp
          askDesk={vault.askDesk}
          wipe={vault.wipeClosed}
          onReleased={() => {
            setWaitMs(0);
            setProblem('none');
          }}
          onNewPin={() => setChoosing(true)}
        />
      ) : (
        <div class="ll-stack ll-stack-tight">
          <p class="ll-quiet ll-small">{t('unlock.forgot')}</p>
          <div>
            <Button kind="quiet" onClick={() => setHelping(true)}>
              {t('unlock.help')}
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}
