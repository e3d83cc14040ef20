import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Field } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { type Step, Steps } from '#ui/components/steps.tsx';
import { texts } from '../../i18n/texts.ts';
import { NewPinFields } from '../../shell/new-pin-fields.tsx';
import { judgePin } from '../../shell/pin-choice.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { codeOf } from '../../shell/use-async.ts';

type Stage =
  | { readonly kind: 'code' }
  | { readonly kind: 'pin' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: string };

const order = ['code', 'pin', 'words', 'done'] as const;

function stepsOf(stage: Stage): Step[] {
  const at = stage.kind === 'busy' ? 1 : stage.kind === 'failed' ? 0 : order.indexOf(stage.kind);
  return order.map((id, index) => {
    const state = index < at || stage.kind === 'done' ? 'done' : index === at ? 'current' : 'todo';
    return { id, title: texts.t(`enrol.step.${id}`), state, stateText: texts.t(`state.${state}`) };
  });
}

/** A laptop that was wiped says so until it has its next learner. */
function Emptied(): JSX.Element | null {
  const { emptied } = usePlatform().state.value;
  if (!emptied) return null;
  return (
    <Notice
      tone={emptied.isTold ? 'good' : 'warn'}
      title={texts.t('enrol.emptied', { date: texts.formatDateTime(emptied.atMs) })}
      announce="status"
    >
      <p>{texts.t(emptied.isTold ? 'enrol.emptied.told' : 'enrol.emptied.untold')}</p>
    </Notice>
  );
}

/** Makes a fresh laptop one learner's own: code, PIN, six words, the officer's yes. */
export function EnrolScreen({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const [stage, setStage] = useState<Stage>({ kind: 'code' });
  const [code, setCode] = useState('');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [error, setError] = useState<string>();
  const waiting = useRef(new AbortController());
  useEffect(() => () => waiting.current.abort(), []);
  const heading = useRef<HTMLHeadingElement>(null);
  // Each new stage is a new screen and takes the focus
  useEffect(() => heading.current?.focus(), [stage.kind]);

  const fail = (cause: unknown) => setStage({ kind: 'failed', code: codeOf(cause) });

  const takeCode = () => {
    if (code.replace(/[\s-]/g, '').length !== 10) return setError(t('enrol.code.wrong'));
    setError(undefined);
    return setStage({ kind: 'pin' });
  };

  const start = async () => {
    const judged = judgePin(pin, again);
    if (judged !== 'good') return setError(t(`enrol.pin.${judged}`));
    setError(undefined);
    setStage({ kind: 'busy' });
    try {
      const { words } = await platform.enrolment.start(code, texts.language.value, pin);
      setPin('');
      setAgain('');
      setStage({ kind: 'words', words });
      waiting.current = new AbortController();
      const { signal } = waiting.current;
      const decision = await platform.enrolment.waitForConfirmation(signal);
      setStage(decision === 'confirmed' ? { kind: 'done' } : { kind: 'failed', code: 'refused' });
    } catch (cause) {
      fail(waiting.current.signal.aborted ? { code: 'refused' } : cause);
    }
  };

  const submit = (event: Event) => {
    event.preventDefault();
    if (stage.kind === 'code') takeCode();
    if (stage.kind === 'pin') void start();
  };

  return (
    <form class="ll-stack ll-stack-loose ll-enrol" onSubmit={submit}>
      {stage.kind === 'code' && <Emptied />}
      <Steps label={t('enrol.steps')} steps={stepsOf(stage)} across />
      <div class="ll-card ll-stack">
        {stage.kind === 'code' && (
          <>
            <h1 tabIndex={-1} ref={heading}>
              {t('enrol.title')}
            </h1>
            <p>{t('enrol.intro')}</p>
            <Field
              label={t('enrol.code.label')}
              hint={t('enrol.code.hint')}
              error={error}
              code
              maxLength={14}
              value={code}
              onInput={(value) => setCode(value.toUpperCase())}
            />
            <div class="ll-row">
              <Button kind="primary" type="submit" iconAfter="right">
                {t('enrol.next')}
              </Button>
            </div>
          </>
        )}
        {(stage.kind === 'pin' || stage.kind === 'busy') && (
          <>
            <h1 tabIndex={-1} ref={heading}>
              {t('enrol.pin.title')}
            </h1>
            <p>{t('enrol.pin.text')}</p>
            <NewPinFields
              label={t('enrol.pin.label')}
              againLabel={t('enrol.pin.again')}
              pin={pin}
              again={again}
              onPin={setPin}
              onAgain={setAgain}
              error={error}
            />
            <p class="ll-quiet ll-small">{t('enrol.pin.recovery')}</p>
            {stage.kind === 'busy' ? (
              <div role="status">
                <ProgressBar label={t('enrol.busy')} />
              </div>
            ) : (
              <div class="ll-row">
                <Button onClick={() => setStage({ kind: 'code' })}>{t('enrol.back')}</Button>
                <Button kind="primary" type="submit" iconAfter="right">
                  {t('enrol.start')}
                </Button>
              </div>
            )}
          </>
        )}
        {stage.kind === 'words' && (
          <>
            <h1 tabIndex={-1} ref={heading}>
              {t('enrol.words.title')}
            </h1>
            <ol class="ll-six-words" aria-label={t('enrol.words.label')}>
              {stage.words.map((word) => (
                <li key={word}>{word}</li>
              ))}
            </ol>
            <p>{t('enrol.words.text')}</p>
            <div role="status">
              <ProgressBar label={t('enrol.words.waiting')} />
            </div>
            <div class="ll-row">
              <Button kind="caution" onClick={() => waiting.current.abort()}>
                {t('enrol.words.stop')}
              </Button>
            </div>
          </>
        )}
        {stage.kind === 'done' && (
          <>
            <h1 tabIndex={-1} ref={heading}>
              {t('enrol.done.title')}
            </h1>
            <Notice tone="good">
              <p>{t('enrol.done.text')}</p>
            </Notice>
            <button class="ll-button ll-button-primary ll-button-large" type="button" onClick={onDone}>
              {t('enrol.done.go')}
            </button>
          </>
        )}
        {stage.kind === 'failed' && (
          <>
            <h1 tabIndex={-1} ref={heading}>
              {t('enrol.error.title')}
            </h1>
            <Notice tone="bad" announce="alert">
              <p>{t(texts.forCode('enrol.error.', stage.code, 'enrol.error.other'))}</p>
            </Notice>
            <div class="ll-row">
              <Button
                kind="primary"
                onClick={() => {
                  setCode('');
                  setStage({ kind: 'code' });
                }}
              >
                {t('enrol.again')}
              </Button>
            </div>
          </>
        )}
      </div>
    </form>
  );
}
