import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { Icon, type IconName } from '#ui/components/icon.tsx';
import { ProgressBar } from '#ui/components/progress-bar.tsx';
import { texts } from '../../i18n/texts.ts';
import type { ShelfModule } from '../../platform/platform.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { endsVerySoon } from '../../shell/reading-time.ts';
import { hrefOf } from '../../shell/routes.ts';
import { useAsync } from '../../shell/use-async.ts';
import { addUpProgress, type ModuleProgress } from './shelf-progress.ts';

interface Book {
  readonly module: ShelfModule;
  readonly progress: ModuleProgress;
}

function languageName(language: string): string {
  if (language.startsWith('nl')) return texts.t('shelf.language.nl');
  return language.startsWith('en') ? texts.t('shelf.language.en') : language;
}

function ModuleCard({ book }: { readonly book: Book }): JSX.Element {
  const { module, progress } = book;
  const { t } = texts;
  const open = module.state === 'ready' || module.state === 'damaged';
  const done = progress.fraction >= 0.995;
  const action = done ? t('shelf.again') : progress.lastHref ? t('shelf.continue') : t('shelf.start');
  return (
    <li class="ll-card ll-book ll-stack">
      <div class="ll-book-head">
        <Icon name="book" />
        <div>
          <h3>{module.title}</h3>
          <p class="ll-quiet ll-small">
            {languageName(module.language)}, {texts.formatSize(module.sizeBytes)}
          </p>
        </div>
      </div>
      {module.state === 'importing' && (
        <ProgressBar
          label={t('shelf.importing', { percent: texts.formatPercent(module.progressFraction) })}
          fraction={module.progressFraction}
        />
      )}
      {module.state === 'damaged' && (
        <Chip tone="warn" icon="warning">
          {t('shelf.damaged')}
        </Chip>
      )}
      {module.state === 'closed' && (
        <Chip tone="neutral" icon="lock">
          {t('shelf.closed')}
        </Chip>
      )}
      {module.state === 'withdrawn' && (
        <Chip tone="bad" icon="cross">
          {t('shelf.withdrawn')}
        </Chip>
      )}
      {open && (
        <div class="ll-book-foot ll-stack ll-stack-tight">
          <ProgressBar
            label={t('shelf.progress', { title: module.title })}
            hideLabel
            fraction={progress.fraction}
            text={done ? t('shelf.done') : texts.formatPercent(progress.fraction)}
          />
          <LinkButton
            href={hrefOf({ kind: 'module', path: module.path })}
            kind="secondary"
            wide
            iconAfter="right"
            label={`${action}: ${module.title}`}
          >
            {action}
          </LinkButton>
        </div>
      )}
    </li>
  );
}

function Todo({
  icon,
  href,
  text,
}: {
  readonly icon: IconName;
  readonly href: string;
  readonly text: string;
}): JSX.Element {
  return (
    <li>
      <a class="ll-todo" href={href}>
        <Icon name={icon} />
        <span>{text}</span>
        <Icon name="right" />
      </a>
    </li>
  );
}

function Todos(): JSX.Element | null {
  const { records, state } = usePlatform();
  const { t } = texts;
  const feedback = useMemo(() => records.feedback.live((record) => record.readAtMs === undefined), [records]);
  const messages = useMemo(
    () => records.messages.live((record) => record.direction === 'in' && record.readAtMs === undefined),
    [records],
  );
  const outbox = useMemo(() => records.submissions.live((record) => record.step === 'outbox'), [records]);
  const { verdict } = state.value;
  const counts = {
    feedback: feedback.value?.length ?? 0,
    messages: messages.value?.length ?? 0,
    outbox: outbox.value?.length ?? 0,
  };
  // In the last days the banner above every screen says it.
  const due = verdict.kind === 'dueSoon' && !endsVerySoon(verdict) ? verdict.days : undefined;
  if (counts.feedback + counts.messages + counts.outbox === 0 && due === undefined) return null;
  return (
    <section class="ll-stack ll-stack-tight" aria-labelledby="todo">
      <h2 id="todo">{t('shelf.todo')}</h2>
      <ul class="ll-plain-list ll-todos">
        {counts.feedback > 0 && (
          <Todo
            icon="feedback"
            href={hrefOf({ kind: 'feedback' })}
            text={t('shelf.todo.feedback', { n: counts.feedback })}
          />
        )}
        {counts.messages > 0 && (
          <Todo
            icon="message"
            href={hrefOf({ kind: 'messages' })}
            text={t('shelf.todo.messages', { n: counts.messages })}
          />
        )}
        {counts.outbox > 0 && (
          <Todo icon="upload" href={hrefOf({ kind: 'docking' })} text={t('shelf.todo.outbox', { n: counts.outbox })} />
        )}
        {due !== undefined && (
          <Todo icon="clock" href={hrefOf({ kind: 'status' })} text={t('shelf.todo.dock', { n: due })} />
        )}
      </ul>
    </section>
  );
}

/** The learner's first screen: go on where you were, what to do, and every module. */
export function ShelfScreen(): JSX.Element {
  const { modules, records } = usePlatform();
  const { t } = texts;
  const list = modules.list.value;
  const progress = useMemo(() => records.progress.live(), [records]);
  const key = list.map((module) => `${module.path} ${module.version} ${module.state}`).join('\n');
  const orders = useAsync(async () => {
    const readable = list.filter((module) => module.state === 'ready' || module.state === 'damaged');
    const found = await Promise.allSettled(
      readable.map(async ({ path }) => ({ path, manifest: await modules.manifest(path) })),
    );
    // A module whose manifest does not open keeps its card; opening it explains why.
    return new Map(
      found.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.path, one.value.manifest.readingOrder]] : [])),
    );
  }, [key]);
  const read = progress.value ?? [];
  const books: Book[] = list.map((module) => ({
    module,
    progress: addUpProgress(module.path, (orders.kind === 'ready' && orders.value.get(module.path)) || [], read),
  }));
  const latest = books
    .filter(({ module, progress: { lastHref, fraction } }) => module.state === 'ready' && lastHref && fraction < 0.995)
    .sort((a, b) => b.progress.lastReadAtMs - a.progress.lastReadAtMs)[0];
  return (
    <div class="ll-stack ll-stack-loose">
      <h1 tabIndex={-1}>{t('shelf.title')}</h1>
      {latest && (
        <a class="ll-goon" href={hrefOf({ kind: 'module', path: latest.module.path })}>
          <span class="ll-goon-words">
            <span>{t('shelf.next')}</span>
            <strong>{latest.module.title}</strong>
          </span>
          <span class="ll-goon-end">
            {texts.formatPercent(latest.progress.fraction)} <Icon name="right" />
          </span>
        </a>
      )}
      <Todos />
      {books.length === 0 ? (
        <EmptyState icon="book" title={t('shelf.empty.title')} text={t('shelf.empty.text')}>
          <LinkButton href={hrefOf({ kind: 'docking' })} kind="primary" icon="sync">
            {t('shelf.empty.go')}
          </LinkButton>
        </EmptyState>
      ) : (
        <section class="ll-stack" aria-labelledby="modules">
          <div class="ll-row ll-row-apart">
            <h2 id="modules">{t('shelf.modules')}</h2>
            <LinkButton href={hrefOf({ kind: 'search' })} icon="search">
              {t('search.title')}
            </LinkButton>
          </div>
          <ul class="ll-grid ll-plain-list">
            {books.map((book) => (
              <ModuleCard key={book.module.path} book={book} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
