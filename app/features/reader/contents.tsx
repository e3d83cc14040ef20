import type { JSX } from 'preact';
import type { Manifest, TocEntry } from '#core/module/manifest.ts';
import { texts } from '../../i18n/texts.ts';
import { hrefOf } from '../../shell/routes.ts';

function entriesOf(manifest: Manifest): readonly TocEntry[] {
  if (manifest.toc.length > 0) return manifest.toc;
  return manifest.readingOrder.map(({ href, title }) => ({ href, title: title ?? href, children: [] }));
}

interface ListProps {
  readonly entries: readonly TocEntry[];
  readonly path: string;
  readonly current: string;
}

function List({ entries, path, current }: ListProps): JSX.Element {
  return (
    <ol class="ll-contents">
      {entries.map((entry, index) => (
        // A table of contents never changes its order
        <li key={index}>
          {entry.href === undefined ? (
            <span class="ll-contents-part">{entry.title}</span>
          ) : (
            <a
              href={hrefOf({ kind: 'module', path, href: entry.href })}
              aria-current={entry.href === current ? 'page' : undefined}
            >
              {entry.title}
            </a>
          )}
          {entry.children.length > 0 && <List entries={entry.children} path={path} current={current} />}
        </li>
      ))}
    </ol>
  );
}

/** The table of contents of a module, the part that is open marked. */
export function Contents({
  manifest,
  path,
  current,
}: Omit<ListProps, 'entries'> & { readonly manifest: Manifest }): JSX.Element {
  return (
    <nav aria-label={texts.t('reader.contents')}>
      <p class="ll-strong">{manifest.title}</p>
      <List entries={entriesOf(manifest)} path={path} current={current} />
    </nav>
  );
}
