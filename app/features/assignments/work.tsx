import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { LinkButton } from '#ui/components/button.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { texts } from '../../i18n/texts.ts';
import { assignmentKey, countWords } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { useAsync } from '../../shell/use-async.ts';
import { parseAssignment } from './assignment-file.ts';
import { SubmissionView } from './submission-view.tsx';

/** All of the learner's own work: drafts with the way back to them, and everything handed in. */
export function WorkScreen(): JSX.Element {
  const { modules, records } = usePlatform();
  const { t } = texts;
  const drafts = useMemo(() => records.drafts.live((draft) => draft.text.trim() !== ''), [records]);
  const submissions = useMemo(() => records.submissions.live(), [records]);
  const places = useAsync(
    () => findAssignments(modules),
    [modules.list.value.map(({ path, version }) => path + version).join()],
  );
  const found = places.kind === 'ready' ? places.value : new Map<string, Place>();
  const open = (drafts.value ?? []).flatMap((draft) => {
    const place = found.get(draft.id);
    return place ? [{ draft, place }] : [];
  });
  const handedIn = submissions.value ?? [];
  return (
    <div class="ll-stack ll-stack-loose ll-measure">
      <h1 tabIndex={-1}>{t('work.title')}</h1>
      {open.length > 0 && (
        <section class="ll-stack" aria-labelledby="drafts">
          <h2 id="drafts">{t('work.drafts')}</h2>
          {open.map(({ draft, place }) => (
            <div key={draft.id} class="ll-card ll-row ll-row-apart">
              <div>
                <h3>{place.title}</h3>
                <p class="ll-quiet ll-small">
                  {t('work.words', { n: countWords(draft.text) })},{' '}
                  {t('assignment.saved', { time: texts.formatDateTime(draft.updatedAtMs) })}
                </p>
              </div>
              <LinkButton
                href={hrefOf({ kind: 'module', path: place.path, href: place.href })}
                icon="pen"
                label={`${t('work.open')}: ${place.title}`}
              >
                {t('work.open')}
              </LinkButton>
            </div>
          ))}
        </section>
      )}
      {handedIn.length > 0 && (
        <section class="ll-stack" aria-labelledby="handed-in">
          <h2 id="handed-in">{t('work.submissions')}</h2>
          {handedIn.map((submission) => (
            <details key={submission.id} class="ll-card ll-details">
              <summary>
                <span class="ll-strong">{submission.title}</span>{' '}
                <span class="ll-quiet ll-small">{texts.formatDateTime(submission.createdAtMs)}</span>
              </summary>
              <SubmissionView submission={submission} />
            </details>
          ))}
        </section>
      )}
      {open.length === 0 && handedIn.length === 0 && (
        <EmptyState icon="pen" title={t('work.empty.title')} text={t('work.empty.text')}>
          <LinkButton href={hrefOf({ kind: 'shelf' })}>{t('app.toShelf')}</LinkButton>
        </EmptyState>
      )}
    </div>
  );
}

interface Place {
  readonly path: string;
  readonly href: string;
  readonly title: string;
}

/** Where each assignment of the modules on this device is, by its draft's key. */
async function findAssignments(modules: ReturnType<typeof usePlatform>['modules']): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for (const { path, state } of modules.list.value) {
    if (state !== 'ready' && state !== 'damaged') continue;
    try {
      const manifest = await modules.manifest(path);
      for (const { href, kind } of manifest.readingOrder) {
        if (kind !== 'assignment') continue;
        const { id, title } = parseAssignment(await modules.readBytes(path, href));
        places.set(assignmentKey({ assignmentId: id, modulePath: path }), { path, href, title });
      }
    } catch {
      // A damaged module is named on the shelf; here only its assignments are missing until it is repaired.
    }
  }
  return places;
}
