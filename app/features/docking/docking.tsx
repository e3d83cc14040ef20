import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { type Step, Steps } from '#ui/components/steps.tsx';
import { texts } from '../../i18n/texts.ts';
import type { SyncReport, SyncStep } from '../../platform/sync/sync-event.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { codeOf } from '../../shell/use-async.ts';
import { Report } from './report.tsx';
import { RoomCode } from './room-code.tsx';

const order: readonly SyncStep[] = ['time', 'metadata', 'up', 'down', 'licence', 'modules'];

interface Seen {
  readonly done?: number;
  readonly total?: number;
  readonly detail?: string;
  readonly code?: string;
}

type Stage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'running'; readonly step: SyncStep }
  | { readonly kind: 'wiping' }
  | { readonly kind: 'done'; readonly report: SyncReport }
  | { readonly kind: 'failed'; readonly code: string; readonly at: SyncStep };

function countText(step: SyncStep, { done, total }: Seen): string | undefined {
  if (done === undefined || total === undefined || total === 0) return undefined;
  if (step === 'modules' && total > 10_000) {
    return texts.t('dock.bytes', { done: texts.formatSize(done), total: texts.formatSize(total) });
  }
  return texts.t('dock.count', { done, total });
}

function stepsOf(stage: Stage, seen: ReadonlyMap<SyncStep, Seen>): Step[] {
  const at = stage.kind === 'running' ? stage.step : stage.kind === 'failed' ? stage.at : undefined;
  return order.map((id) => {
    const known = seen.get(id);
    const state = known?.code
      ? 'failed'
      : id === at
        ? stage.kind === 'failed'
          ? 'failed'
          : 'current'
        : known
          ? 'done'
          : 'todo';
    const text = known && countText(id, known);
    const fraction = known?.total ? (known.done ?? 0) / known.total : undefined;
    const busy = state === 'current' && text !== undefined;
    return {
      id,
      title: texts.t(`dock.step.${id}`),
      state,
      stateText: texts.t(`state.${state}`),
      detail: busy ? (
        <ProgressBar
          label={known?.detail ?? texts.t(`dock.step.${id}`)}
          hideLabel={!known?.detail}
          fraction={fraction}
          text={text}
        />
      ) : (
        text
      ),
    };
  });
}

/** The walk to the computer room: one button, live steps, receipts, the new date, and what came in. */
export function DockingScreen(): JSX.Element {
  const platform = usePlatform();
  const { t } = texts;
  const [stage, setStage] = useState<Stage>({ kind: 'ready' });
  const [seen, setSeen] = useState<ReadonlyMap<SyncStep, Seen>>(new Map());
  const stop = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const result = useRef<HTMLDivElement>(null);
  const ended = stage.kind === 'done' || stage.kind === 'failed';
  // The button that had the focus rests while the sync runs: what came of it takes over.
  useEffect(() => {
    if (ended) result.current?.focus();
  }, [ended]);

  const run = async () => {
    const controller = new AbortController();
    stop.current = controller;
    let at: SyncStep = 'time';
    setSeen(new Map());
    setStage({ kind: 'running', step: at });
    try {
      for await (const event of platform.sync.run(controller.signal)) {
        if (event.step === 'done') {
          setStage({ kind: 'done', report: event.report });
          return;
        }
        if (event.step === 'wiping') {
          setStage({ kind: 'wiping' });
          return;
        }
        if (event.step === 'failed') {
          setStage({ kind: 'failed', code: event.code, at });
          return;
        }
        const { step, ...rest } = event;
        at = step;
        setSeen((before) => new Map(before).set(step, { ...before.get(step), ...rest }));
        setStage({ kind: 'running', step });
      }
      setStage({ kind: 'failed', code: 'INTERRUPTED', at });
    } catch (error) {
      setStage({ kind: 'failed', code: codeOf(error), at });
    }
  };
  const running = stage.kind === 'running';
  const readOnly = !platform.state.value.capabilities.has('write');
  return (
    <div class="ll-stack ll-stack-loose ll-measure">
      <div class="ll-stack ll-stack-tight">
        <h1 tabIndex={-1}>{t('dock.title')}</h1>
        <p>{t('dock.text')}</p>
      </div>
      {stage.kind === 'wiping' && <Notice tone="info" title={t('dock.wiping')} announce="status" />}
      {stage.kind !== 'done' && stage.kind !== 'wiping' && (
        <Button kind="primary" large wide icon="sync" disabled={running} onClick={() => void run()}>
          {running ? t('dock.busy') : stage.kind === 'ready' ? t('dock.start') : t('dock.again')}
        </Button>
      )}
      <p class="ll-visually-hidden" role="status">
        {stage.kind === 'running' && t(`dock.step.${stage.step}`)}
        {stage.kind === 'done' && t('dock.done.title')}
      </p>
      {ended && (
        <div class="ll-stack ll-result" ref={result} tabIndex={-1}>
          {stage.kind === 'failed' && (
            <Notice tone="bad" title={t('dock.failed.title')} announce="alert">
              <p>{t(texts.forCode('dock.error.', stage.code, 'dock.error.other'))}</p>
              <p>{t('dock.failed.safe')}</p>
              <p class="ll-quiet ll-small">{t('dock.code', { code: stage.code })}</p>
            </Notice>
          )}
          {stage.kind === 'done' && <Report report={stage.report} />}
        </div>
      )}
      {stage.kind === 'done' && readOnly && <RoomCode />}
      {(running || stage.kind === 'failed') && (
        <section class="ll-card ll-stack" aria-labelledby="dock-steps">
          <h2 id="dock-steps">{t('dock.steps')}</h2>
          <Steps label={t('dock.steps')} steps={stepsOf(stage, seen)} />
        </section>
      )}
      {stage.kind === 'done' && (
        <div class="ll-row">
          <LinkButton href={hrefOf({ kind: 'shelf' })} kind="primary" icon="book">
            {t('app.toShelf')}
          </LinkButton>
          <Button icon="sync" onClick={() => void run()}>
            {t('dock.again')}
          </Button>
        </div>
      )}
    </div>
  );
}
