import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Hit } from '#core/search/search.ts';
import { Field } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import { moduleSearch } from '../../platform/search/module-search.ts';
import { MarkedText } from '../../shell/marked-text.tsx';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { foundHref } from '../../shell/target.ts';
import '../../shell/hits.css';

/** Props of {@link SearchPanel}. */
export interface SearchPanelProps {
  readonly path: string;
  readonly language: string;
  /** Kept by the reader, so that the list is still there after a look at one hit. */
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

type Found = { readonly kind: 'hits'; readonly hits: readonly Hit[] } | { readonly kind: 'none' | 'failed' };

/** Searches the module that is being read; hits as one types. */
export function SearchPanel({ path, language, query, onQuery }: SearchPanelProps): JSX.Element {
  const { modules } = usePlatform();
  const { t } = texts;
  const [found, setFound] = useState<Found>();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    let current = true;
    const say = (next: Found) => current && setFound(next);
    moduleSearch(modules)
      .search(path, query)
      .then(
        (hits) => say(hits ? { kind: 'hits', hits } : { kind: 'none' }),
        () => say({ kind: 'failed' }),
      );
    return () => {
      current = false;
    };
  }, [modules, path, query]);
  const asked = query.trim() !== '';
  return (
    <search class="ll-stack">
      <Field label={t('search.inModule')} type="search" value={query} onInput={onQuery} inputRef={input} />
      <p role="status" class="ll-quiet ll-small">
        {found?.kind === 'none' && t('search.noIndex')}
        {found?.kind === 'failed' && t('search.failed')}
        {asked && found?.kind === 'hits' && t('search.count', { n: found.hits.length })}
      </p>
      {asked && found?.kind === 'hits' && (
        <ol class="ll-hits">
          {found.hits.map((hit) => (
            <li key={`${hit.href} ${hit.offset}`}>
              <a class="ll-hit" href={hrefOf({ kind: 'module', path, href: foundHref(hit) })}>
                <span class="ll-strong" lang={language}>
                  {hit.title}
                </span>
                <span class="ll-small" lang={language}>
                  <MarkedText text={hit.snippet} ranges={hit.ranges} />
                </span>
              </a>
            </li>
          ))}
        </ol>
      )}
      <a href={hrefOf({ kind: 'search', query })}>{t('search.everywhere')}</a>
    </search>
  );
}
