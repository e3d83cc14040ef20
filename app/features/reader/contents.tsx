import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Manifest, TocEntry } from '#core/module/manifest.ts';
import { texts } from '../../i18n/texts.ts';
import { hrefOf } from '../../shell/routes.ts';
import { contentsOf } from './opened-part.ts';

interface ListProps {
  readonly entries: readonly TocEntry[];
  readonly path: string;
  /** The address in the module of the line where the learner is. */
  readonly current: string | undefined;
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
              aria-current={entry.href === current ? 'location' : undefined}
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

/** The table of contents of a module, the place where the learner is marked and in sight. */
export function Contents({
  manifest,
  path,
  current,
}: Omit<ListProps, 'entries'> & { readonly manifest: Manifest }): JSX.Element {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
  }, [current]);
  return (
    <nav ref={nav} aria-label={texts.t('reader.contents')}>
      <p class="ll-strong">{manifest.title}</p>
      <List entries={contentsOf(manifest)} path={path} current={current} />
    </nav>
  );
}
