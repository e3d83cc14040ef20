import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { BackLink, Button } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Icon } from '#ui/components/icon.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { Table } from '#ui/components/table.tsx';
import { type PrintModule, type PrintPart, printModules } from '../../api/print.ts';
import { t } from '../i18n/texts.ts';
import { Loading, useAsk } from '../loading.tsx';
import { PageHead } from '../parts.tsx';
import { hrefOf } from '../router.ts';

/** What is looked at before it is printed. */
interface Chosen {
  readonly title: string;
  readonly address: string;
}

function PartAct(props: { readonly part: PrintPart; readonly onChoose: (chosen: Chosen) => void }): JSX.Element {
  const { title, how, address } = props.part;
  if (address === null) return <span class="ll-quiet">{t('print.none')}</span>;
  if (how === 'pdf') {
    return (
      <a class="ll-button ll-button-secondary" href={address} target="_blank" rel="noreferrer">
        <Icon name="file" />
        <span>
          {t('print.pdf')} <span class="ll-visually-hidden">{title}</span>
        </span>
      </a>
    );
  }
  return (
    <Button label={`${t('print.look')}: ${title}`} onClick={() => props.onChoose({ title, address })}>
      {t('print.look')}
    </Button>
  );
}

/** The view in a frame of its own, where nothing runs, and the button that prints it. */
function View({ chosen, onClose }: { readonly chosen: Chosen; readonly onClose: () => void }): JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  // A refusal comes as JSON, which nobody wants to see or print
  const onLoad = () => setState(frame.current?.contentDocument?.contentType === 'text/html' ? 'ready' : 'failed');
  return (
    <section class="ll-stack" aria-labelledby="print-view">
      <div class="ll-row ll-row-apart">
        <h2 id="print-view">{chosen.title}</h2>
        <div class="ll-row">
          <Button onClick={onClose}>{t('print.other')}</Button>
          <Button kind="primary" disabled={state !== 'ready'} onClick={() => frame.current?.contentWindow?.print()}>
            {t('print.go')}
          </Button>
        </div>
      </div>
      {state === 'failed' && <Notice tone="bad" title={t('print.failed')} announce="alert" />}
      <iframe
        ref={frame}
        class="desk-print"
        title={t('print.view', { title: chosen.title })}
        sandbox="allow-same-origin allow-modals"
        src={chosen.address}
        hidden={state === 'failed'}
        onLoad={onLoad}
      />
    </section>
  );
}

function Parts({ module }: { readonly module: PrintModule }): JSX.Element {
  const [chosen, setChosen] = useState<Chosen>();
  if (chosen) return <View chosen={chosen} onClose={() => setChosen(undefined)} />;
  return (
    <div class="ll-stack">
      <div>
        <Button kind="primary" icon="book" onClick={() => setChosen({ title: module.title, address: module.address })}>
          {t('print.whole')}
        </Button>
      </div>
      <Table
        caption={t('print.parts')}
        hideCaption
        rows={module.parts.map((part, index) => ({ ...part, index }))}
        rowKey={(row) => String(row.index)}
        columns={[
          { key: 'title', header: t('print.part'), cell: (row) => row.title },
          { key: 'act', header: t('print.title'), cell: (row) => <PartAct part={row} onChoose={setChosen} /> },
        ]}
      />
    </div>
  );
}

/** What can be printed: the modules of the station's mirror; with `path`, the parts of one. */
export function PrintPage({ path }: { readonly path: string | undefined }): JSX.Element {
  const asked = useAsk(printModules, '/print/modules');
  return (
    <Loading asked={asked}>
      {({ modules }) => {
        const module = modules.find((one) => one.path === path);
        return (
          <div class="ll-stack ll-stack-loose">
            <PageHead
              above={
                <BackLink href={module ? hrefOf('print') : hrefOf('room')}>
                  {module ? t('print.back') : t('nav.room')}
                </BackLink>
              }
              title={module?.title ?? t('print.title')}
              text={module ? t('print.version', { version: module.version }) : t('print.text')}
            />
            {module ? (
              <Parts module={module} />
            ) : (
              <Table
                caption={t('print.title')}
                hideCaption
                rows={modules}
                rowKey={(row) => row.path}
                empty={<EmptyState icon="book" title={t('print.empty')} text={t('print.emptyText')} />}
                columns={[
                  {
                    key: 'title',
                    header: t('print.module'),
                    sortBy: (row) => row.title,
                    cell: (row) => <a href={hrefOf('print', row.path)}>{row.title}</a>,
                  },
                  { key: 'version', header: t('print.versionColumn'), cell: (row) => row.version },
                  { key: 'parts', header: t('print.parts'), number: true, cell: (row) => row.parts.length },
                ]}
              />
            )}
          </div>
        );
      }}
    </Loading>
  );
}
