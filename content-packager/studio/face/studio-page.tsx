import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { z } from 'zod';
import { Button } from '#ui/components/button.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Page, TopBar } from '#ui/components/page.tsx';
import { Steps } from '#ui/components/steps.tsx';
import { type StudioState, studioState } from '../studio-api.ts';
import { ask, StudioCallError, tell, upload } from './call.ts';
import { ChooseCourse } from './choose-course.tsx';
import type { DroppedFile } from './dropped.ts';
import { FindingList } from './finding-list.tsx';
import { i18n, t } from './i18n/texts.ts';
import { PublishForm } from './publish-form.tsx';
import { SettingsForm } from './settings-form.tsx';

const TRY_AGAIN_MS = 1500;

/** Follows the studio's state. Undefined until the first answer. */
function useStudio(): { readonly state: StudioState | undefined; readonly isLost: boolean } {
  const [state, setState] = useState<StudioState | undefined>(undefined);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    let stopped = false;
    const follow = async (): Promise<void> => {
      let after = -1;
      while (!stopped) {
        try {
          const next = await ask(studioState, `/state?after=${after}`);
          after = next.change;
          setState(next);
          setLost(false);
        } catch {
          // Said on the page; it may only be starting again.
          setLost(true);
          await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
        }
      }
    };
    void follow();
    return () => {
      stopped = true;
    };
  }, []);
  return { state, isLost };
}

/** The whole studio: choose, look over, publish; beside it the module as the learner will have it. */
export function StudioPage(): JSX.Element {
  const { state, isLost } = useStudio();
  const [isChoosing, setChoosing] = useState(false);
  const [uploading, setUploading] = useState<{ readonly n: number; readonly total: number } | undefined>(undefined);
  const [failure, setFailure] = useState<StudioCallError['problem'] | undefined>(undefined);
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    try {
      await work();
      setChoosing(false);
    } catch (error) {
      if (!(error instanceof StudioCallError)) throw error;
      setFailure(error.problem);
    } finally {
      setUploading(undefined);
    }
  };
  const send = async (files: readonly DroppedFile[]): Promise<void> => {
    if (files.length === 0) return;
    await tell(z.object({}), '/uploads', {});
    for (const [index, { path, file }] of files.entries()) {
      setUploading({ n: index + 1, total: files.length });
      await upload(path, file);
    }
    await tell(z.object({}), '/uploads/done', {});
  };
  const problem = failure ?? state?.failure ?? undefined;
  const isOpen = state?.source !== null && state !== undefined && !isChoosing;
  const left = state?.findings.filter((one) => one.severity === 'problem' && !one.accepted).length ?? 0;
  const stepOf = (done: boolean, current: boolean) => {
    const step = done ? 'done' : current ? 'current' : 'todo';
    return { state: step, stateText: t(`step.${step}`) } as const;
  };
  return (
    <Page
      topBar={
        <TopBar
          brand={t('brand')}
          brandHref={location.hash}
          navLabel={t('steps')}
          items={[]}
          end={<LanguageButton />}
        />
      }
      skipLabel={t('skip')}
      width="full"
    >
      <div class="ll-studio">
        <Steps
          label={t('steps')}
          across
          steps={[
            { id: 'choose', title: t('choose.title'), ...stepOf(isOpen, !isOpen) },
            { id: 'look', title: t('look.title'), ...stepOf(isOpen && left === 0, isOpen) },
            {
              id: 'publish',
              title: t('publish.title'),
              ...stepOf(state?.published !== null && isOpen, isOpen && left === 0),
            },
          ]}
        />
        {isLost && (
          <Notice tone="bad" announce="alert">
            <p>{t('lost')}</p>
          </Notice>
        )}
        {problem && (
          <Notice tone="bad" title={t('failed')} announce="alert">
            <p>
              {problem.file ? `${problem.file} ` : ''}
              {problem.problem}.
            </p>
            <p>{problem.advice}</p>
          </Notice>
        )}
        <p class="ll-quiet" role="status">
          {uploading ? t('busy.uploading', uploading) : state?.busy ? t(`busy.${state.busy}`) : ''}
        </p>
        {!isOpen ? (
          <ChooseCourse
            onFiles={(files) => void act(() => send(files))}
            onPath={(path) => void act(() => tell(z.object({}), '/source', { path }))}
          />
        ) : (
          <div class="ll-studio-both">
            <div class="ll-stack ll-stack-loose">
              <Course state={state} onOther={() => setChoosing(true)} act={act} />
              <FindingList
                findings={state.findings}
                onAccept={(keys, accepted) => void act(() => tell(z.object({}), '/accept', { keys, accepted }))}
              />
              {state.module && <PublishForm state={state} left={left} act={act} />}
            </div>
            <Preview state={state} />
          </div>
        )}
      </div>
    </Page>
  );
}

function Course(props: {
  readonly state: StudioState;
  readonly onOther: () => void;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}): JSX.Element {
  const { source, module } = props.state;
  return (
    <section class="ll-stack">
      <div class="ll-row ll-row-apart">
        <h1 tabIndex={-1}>{module?.title ?? source?.name}</h1>
        <Button kind="quiet" onClick={props.onOther}>
          {t('choose.other')}
        </Button>
      </div>
      {module && (
        <p class="ll-quiet">
          {t('module.facts', { pages: module.pages, size: i18n.formatSize(module.sizeBytes), version: module.version })}
          {source?.live && `. ${t('live')}.`}
        </p>
      )}
      {module && <SettingsForm key={module.manifestSha256} module={module} act={props.act} />}
    </section>
  );
}

function Preview({ state }: { readonly state: StudioState }): JSX.Element {
  const address = `${state.previewOrigin}/?language=${i18n.language.value}`;
  return (
    <section class="ll-studio-preview" aria-label={t('preview.title')}>
      <div class="ll-row ll-row-apart">
        <h2>{t('preview.title')}</h2>
        {state.module && (
          <a href={address} target="_blank" rel="noreferrer">
            {t('preview.alone')}
          </a>
        )}
      </div>
      {state.revision > 0 ? (
        <iframe class="ll-studio-frame" title={t('preview.title')} src={address} />
      ) : (
        <p class="ll-quiet">{t('preview.wait')}</p>
      )}
    </section>
  );
}

function LanguageButton(): JSX.Element {
  const other = i18n.language.value === 'nl' ? 'en' : 'nl';
  return (
    <Button
      kind="quiet"
      onClick={() => {
        i18n.setLanguage(other);
        document.documentElement.lang = other;
      }}
    >
      <span lang={other}>{other === 'nl' ? 'Nederlands' : 'English'}</span>
    </Button>
  );
}
