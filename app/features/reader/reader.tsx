import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Manifest, ModuleFile } from '#core/module/manifest.ts';
import { Button, LinkButton } from '#ui/components/button.tsx';
import { Choices } from '#ui/components/field.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { progressKey } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { preferences, setPreferences } from '../../shell/preferences.ts';
import { go, hrefOf } from '../../shell/routes.ts';
import { useAsync } from '../../shell/use-async.ts';
import { Contents } from './contents.tsx';
import { HtmlView } from './html-view.tsx';

/** What a part of a module that is no HTML page gets from the reader. */
export interface PartProps {
  readonly path: string;
  readonly file: ModuleFile;
  readonly title: string;
  readonly startFraction: number;
  readonly onPosition: (fraction: number) => void;
}

/** Props of {@link ReaderScreen}. */
export interface ReaderScreenProps {
  readonly path: string;
  /** May end in `#fragment`. Absent: where the learner was last. */
  readonly href: string | undefined;
  /** Shows a PDF or an assignment; the shell wires the features that can. */
  readonly renderPart: (props: PartProps) => ComponentChildren;
}

interface Opened {
  readonly manifest: Manifest;
  readonly index: number;
  readonly fragment: string | undefined;
  readonly startFraction: number;
}

function splitHref(href: string): [string, string | undefined] {
  const at = href.indexOf('#');
  return at < 0 ? [href, undefined] : [href.slice(0, at), href.slice(at + 1)];
}

/** The reader: one part of a module at a time, with contents, previous and next; the place is remembered. */
export function ReaderScreen({ path, href, renderPart }: ReaderScreenProps): JSX.Element {
  const { modules, records } = usePlatform();
  const { t } = texts;
  const [panel, setPanel] = useState<'none' | 'contents' | 'text'>('none');
  // A part of its own closes the panel
  useEffect(() => setPanel('none'), [path, href]);

  const opened = useAsync<Opened>(async () => {
    const manifest = await modules.manifest(path);
    const [wanted, fragment] = splitHref(href ?? '');
    let target: string | undefined = wanted;
    if (href === undefined) {
      const read = (await records.progress.all()).filter((record) => record.modulePath === path);
      target = read.sort((a, b) => b.updatedAtMs - a.updatedAtMs)[0]?.href;
    }
    const index = Math.max(
      0,
      manifest.readingOrder.findIndex((file) => file.href === target),
    );
    const file = manifest.readingOrder[index];
    const progress = file && (await records.progress.get(progressKey(path, file.href)));
    return { manifest, index, fragment, startFraction: progress?.fraction ?? 0 };
  }, [path, href]);

  if (opened.kind === 'loading') return <p class="ll-reader-wait ll-quiet">{t('app.loading')}</p>;
  const file = opened.kind === 'ready' ? opened.value.manifest.readingOrder[opened.value.index] : undefined;
  if (opened.kind === 'failed' || !file) {
    return (
      <div class="ll-reader-wait ll-stack ll-measure">
        <Notice tone="warn" title={t('reader.missing.title')} announce="alert">
          <p>{t('reader.missing.text')}</p>
        </Notice>
        <LinkButton href={hrefOf({ kind: 'shelf' })}>{t('app.toShelf')}</LinkButton>
      </div>
    );
  }
  const { manifest, index, fragment, startFraction } = opened.value;
  const order = manifest.readingOrder;
  const title = file.title ?? manifest.title;
  const to = (part: ModuleFile | undefined) => part && hrefOf({ kind: 'module', path, href: part.href });
  const previous = to(order[index - 1]);
  const next = to(order[index + 1]);
  const onPosition = (fraction: number) => {
    void savePosition(fraction);
  };
  const savePosition = async (fraction: number) => {
    const id = progressKey(path, file.href);
    const before = await records.progress.get(id);
    await records.progress.put({
      id,
      modulePath: path,
      href: file.href,
      // Reading back does not undo what was read: a finished part stays finished.
      fraction: before && before.fraction >= 0.97 ? Math.max(before.fraction, fraction) : fraction,
      updatedAtMs: Date.now(),
    });
  };
  const damage = modules.damage.value;
  const damaged = damage?.path === path && damage.href === file.href;
  return (
    <div class="ll-reader">
      <div class="ll-reader-bar" role="toolbar" aria-label={t('reader.bar')}>
        <Button
          kind="quiet"
          icon="list"
          expanded={panel === 'contents'}
          controls="reader-panel"
          onClick={() => setPanel(panel === 'contents' ? 'none' : 'contents')}
        >
          {t('reader.contents')}
        </Button>
        <h1 class="ll-reader-title" tabIndex={-1}>
          {title}
        </h1>
        <Button
          kind="quiet"
          icon="text"
          expanded={panel === 'text'}
          controls="reader-panel"
          onClick={() => setPanel(panel === 'text' ? 'none' : 'text')}
        >
          {t('reader.text')}
        </Button>
      </div>
      <div class="ll-reader-body">
        <aside id="reader-panel" class="ll-reader-panel" hidden={panel === 'none'}>
          {panel === 'contents' && <Contents manifest={manifest} path={path} current={file.href} />}
          {panel === 'text' && (
            <div class="ll-stack">
              <Choices
                label={t('reader.textSize')}
                value={preferences.value.textSize}
                options={(['small', 'normal', 'large', 'largest'] as const).map((value) => ({
                  value,
                  label: t(`settings.size.${value}`),
                }))}
                onChange={(textSize) => setPreferences({ textSize })}
              />
              <Choices
                label={t('settings.theme')}
                value={preferences.value.theme}
                options={(['auto', 'light', 'dark'] as const).map((value) => ({
                  value,
                  label: t(`settings.theme.${value}`),
                }))}
                onChange={(theme) => setPreferences({ theme })}
              />
            </div>
          )}
        </aside>
        <div class="ll-reader-part">
          {damaged ? (
            <div class="ll-reader-wait ll-measure">
              <Notice tone="warn" title={t('reader.damaged.title')} announce="alert">
                <p>{t('reader.damaged.text')}</p>
              </Notice>
            </div>
          ) : file.kind === 'page' || file.kind === 'video' || file.kind === 'audio' ? (
            <HtmlView
              path={path}
              href={file.href}
              fragment={fragment}
              title={title}
              startFraction={startFraction}
              onPosition={onPosition}
              onNavigate={(target, hash) => go({ kind: 'module', path, href: hash ? `${target}#${hash}` : target })}
            />
          ) : (
            renderPart({ path, file, title, startFraction, onPosition })
          )}
        </div>
      </div>
      <nav class="ll-reader-foot" aria-label={t('reader.bar')}>
        {previous ? (
          <LinkButton href={previous} icon="left">
            {t('reader.previous')}
          </LinkButton>
        ) : (
          <LinkButton href={hrefOf({ kind: 'shelf' })} icon="left">
            {t('reader.back')}
          </LinkButton>
        )}
        <span class="ll-quiet ll-small">{t('reader.page', { n: index + 1, total: order.length })}</span>
        {next ? (
          <LinkButton href={next} kind="primary" iconAfter="right">
            {t('reader.next')}
          </LinkButton>
        ) : (
          <LinkButton href={hrefOf({ kind: 'shelf' })} kind="primary" icon="check">
            {t('reader.back')}
          </LinkButton>
        )}
      </nav>
    </div>
  );
}
