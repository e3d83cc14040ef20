import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Hit } from '#core/search/search.ts';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Field } from '#ui/components/field.tsx';
import { texts } from '../../i18n/texts.ts';
import type { ShelfModule } from '../../platform/platform.ts';
import { moduleSearch } from '../../platform/search/module-search.ts';
import { MarkedText } from '../../shell/marked-text.tsx';
import { usePlatform } from '../../shell/platform-context.ts';
import { go, hrefOf } from '../../shell/routes.ts';
import { foundHref } from '../../shell/target.ts';
import '../../shell/hits.css';

/** How many hits of one module are shown at first. */
const SHOWN = 5;

interface ModuleHits {
  readonly module: ShelfModule;
  readonly hits: readonly Hit[];
}

/** Props of {@link SearchScreen}. */
export interface SearchScreenProps {
  readonly query: string | undefined;
}

/** Searches all modules on the shelf; each module's hits appear as soon as it has answered. */
export function SearchScreen({ query: asked }: SearchScreenProps): JSX.Element {
  const { modules } = usePlatform();
  const { t } = texts;
  const [query, setQuery] = useState(asked ?? '');
  const [found, setFound] = useState<readonly ModuleHits[]>([]);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = modules.list.value;
  useEffect(() => {
    let current = true;
    const readable = list.filter(({ state }) => state === 'ready' || state === 'damaged');
    const look = async () => {
      setBusy(true);
      const all = new Map<string, ModuleHits>();
      await Promise.all(
        readable.map(async (module) => {
          // A module that cannot be read has no hits; the shelf says why
          const hits = await moduleSearch(modules)
            .search(module.path, query)
            .catch(() => undefined);
          if (!current || !hits || hits.length === 0) return;
          all.set(module.path, { module, hits });
          setFound([...all.values()].sort((a, b) => (b.hits[0]?.score ?? 0) - (a.hits[0]?.score ?? 0)));
        }),
      );
      if (!current) return;
      setFound((before) => before.filter(({ module }) => all.has(module.path)));
      setBusy(false);
    };
    if (query.trim() === '') setFound([]);
    else void look();
    return () => {
      current = false;
    };
  }, [modules, list, query]);
  // The address keeps the words, so that the way back from a hit leads here again
  useEffect(() => {
    const timer = setTimeout(() => go(query.trim() === '' ? { kind: 'search' } : { kind: 'search', query }, true), 600);
    return () => clearTimeout(timer);
  }, [query]);
  const total = found.reduce((sum, { hits }) => sum + hits.length, 0);
  return (
    <div class="ll-stack ll-measure">
      <h1 tabIndex={-1}>{t('search.title')}</h1>
      <search>
        <Field label={t('search.inAll')} type="search" value={query} onInput={setQuery} inputRef={input} />
      </search>
      <p role="status" class="ll-quiet">
        {query.trim() !== '' && !busy && t('search.count', { n: total })}
      </p>
      {query.trim() !== '' && !busy && total === 0 && <EmptyState icon="search" title={t('search.none')} />}
      {found.map(({ module, hits }) => (
        <section key={module.path} class="ll-stack" aria-label={module.title}>
          <h2 lang={module.language}>{module.title}</h2>
          <HitList module={module} hits={hits} />
        </section>
      ))}
    </div>
  );
}

function HitList({ module, hits }: ModuleHits): JSX.Element {
  const [all, setAll] = useState(false);
  return (
    <>
      <ol class="ll-hits">
        {(all ? hits : hits.slice(0, SHOWN)).map((hit) => (
          <li key={`${hit.href} ${hit.offset}`}>
            <a class="ll-hit" href={hrefOf({ kind: 'module', path: module.path, href: foundHref(hit) })}>
              <span class="ll-strong" lang={module.language}>
                {hit.title}
              </span>
              <span class="ll-small" lang={module.language}>
                <MarkedText text={hit.snippet} ranges={hit.ranges} />
              </span>
            </a>
          </li>
        ))}
      </ol>
      {!all && hits.length > SHOWN && (
        <button type="button" class="ll-button ll-button-quiet" onClick={() => setAll(true)}>
          {texts.t('search.more', { n: hits.length - SHOWN })}
        </button>
      )}
    </>
  );
}
