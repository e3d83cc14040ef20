import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ModuleFile } from '#core/module/manifest.ts';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import type { AttemptRecord } from '../../platform/records/records.ts';
import { findSandbox } from '../../platform/sandbox-place.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { useAsync } from '../../shell/use-async.ts';
import { keepResults } from './results-keeper.ts';
import { hostSandbox, type Stop } from './sandbox-host.ts';

/** Props of {@link ScriptedView}. */
export interface ScriptedViewProps {
  readonly path: string;
  readonly file: ModuleFile;
  readonly title: string;
  readonly onPosition: (fraction: number) => void;
}

interface Prepared {
  readonly origin: string | undefined;
  readonly files: readonly ModuleFile[];
  readonly language: string;
  readonly attempt: AttemptRecord | undefined;
}

/** H5P or SCORM in its sandbox; a plain notice where scripts are not allowed or there is no sandbox. */
export function ScriptedView(props: ScriptedViewProps): JSX.Element {
  const { path, file } = props;
  const { modules, records, state } = usePlatform();
  const { t } = texts;
  const [stopped, setStopped] = useState<Stop | undefined>(undefined);
  const isAllowed = state.value.capabilities.has('scripts');
  const prepared = useAsync<Prepared | undefined>(async () => {
    if (!isAllowed || stopped !== undefined) return undefined;
    const [origin, manifest, attempts] = await Promise.all([
      findSandbox(),
      modules.manifest(path),
      records.attempts.all(),
    ]);
    const attempt = attempts.find(
      (one) => one.modulePath === path && one.quizId === file.href && one.finishedAtMs === undefined,
    );
    return { origin, files: manifest.files, language: manifest.language, attempt };
  }, [path, file.href, isAllowed, stopped]);

  if (!isAllowed) return <Told title={t('scripted.notAllowed.title')} text={t('scripted.notAllowed.text')} />;
  if (stopped !== undefined) {
    return (
      <Told title={t('scripted.stopped.title')} text={t(`scripted.stopped.${stopped}`)}>
        <Button onClick={() => setStopped(undefined)}>{t('scripted.again')}</Button>
      </Told>
    );
  }
  if (prepared.kind === 'failed')
    return <Told title={t('scripted.noSandbox.title')} text={t('scripted.noSandbox.text')} />;
  if (prepared.kind === 'loading' || !prepared.value) return <p class="ll-part-scroll ll-quiet">{t('app.loading')}</p>;
  const { origin } = prepared.value;
  if (origin === undefined) return <Told title={t('scripted.noSandbox.title')} text={t('scripted.noSandbox.text')} />;
  return <Sandbox {...props} {...prepared.value} origin={origin} onStop={setStopped} />;
}

function Sandbox(
  props: ScriptedViewProps & Prepared & { readonly origin: string; readonly onStop: (why: Stop) => void },
): JSX.Element | null {
  const { path, file, title, origin, files, language, attempt, onPosition, onStop } = props;
  const { modules, records } = usePlatform();
  const frame = useRef<HTMLIFrameElement>(null);
  const [isKept, setKept] = useState(false);
  const { scripted } = file;
  // Before the frame's page can speak
  useLayoutEffect(() => {
    if (!frame.current || !scripted) return undefined;
    const { runtime, parameters } = scripted;
    const ref = { modulePath: path, href: file.href, quizId: file.href, title, language, runtime };
    const keeper = keepResults(records, ref, attempt, () => {
      setKept(true);
      onPosition(1);
    });
    onPosition(0.2);
    const close = hostSandbox(frame.current, {
      origin,
      files,
      document: { href: file.href, parameters, runtime, title, state: attempt?.state },
      read: (href, begin, end) => modules.verifiedRange(path, href, begin, end),
      onNews: keeper.take,
      onStop,
    });
    return () => {
      close();
      void keeper.close();
    };
    // One opening for one document: a new one has a new key
  }, []);
  return (
    <>
      <p class="ll-scripted-kept ll-small" role="status">
        {isKept ? texts.t('scripted.kept') : ''}
      </p>
      <iframe
        ref={frame}
        class="ll-frame"
        title={texts.t('reader.frame', { title })}
        sandbox="allow-scripts allow-same-origin"
        allow="fullscreen 'none'"
        src={`${origin}/`}
      />
    </>
  );
}

function Told(props: { readonly title: string; readonly text: string; readonly children?: JSX.Element }): JSX.Element {
  return (
    <div class="ll-part-scroll ll-stack ll-measure">
      <Notice tone="warn" title={props.title} announce="alert">
        <p>{props.text}</p>
      </Notice>
      {props.children && <div class="ll-row">{props.children}</div>}
    </div>
  );
}
