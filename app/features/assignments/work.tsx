import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { parseAssignment } from '#core/module/assignment.ts';
import { LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { EmptyState } from '#ui/components/empty-state.tsx';
import { texts } from '../../i18n/texts.ts';
import {
  answerKey,
  assignmentKey,
  countWords,
  type DraftRecord,
  type SubmissionRecord,
} from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { useAsync } from '../../shell/use-async.ts';
import { EarlierVersions, SubmissionView } from './submission-view.tsx';

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
  const open = begunWork(drafts.value ?? [], found);
  const strays = places.kind === 'ready' ? (drafts.value ?? []).filter(({ id }) => !placeOf(id, found)) : [];
  const handedIn = versionsOf(submissions.value ?? []);
  return (
    <div class="ll-stack ll-stack-loose ll-measure">
      <h1 tabIndex={-1}>{t('work.title')}</h1>
      {open.length > 0 && (
        <section class="ll-stack" aria-labelledby="drafts">
          <h2 id="drafts">{t('work.drafts')}</h2>
          {open.map(({ place, words, updatedAtMs }) => (
            <div key={`${place.path}#${place.href}`} class="ll-card ll-row ll-row-apart">
              <div>
                <h3>{place.title}</h3>
                <p class="ll-quiet ll-small">
                  {t('work.words', { n: words })}, {t('assignment.saved', { time: texts.formatDateTime(updatedAtMs) })}
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
      {strays.length > 0 && (
        <section class="ll-stack" aria-labelledby="strays">
          <h2 id="strays">{t('work.strays')}</h2>
          <p class="ll-quiet">{t('work.straysText')}</p>
          {strays.map(({ id, text, updatedAtMs }) => (
            <details key={id} class="ll-card ll-details">
              <summary>
                {t('work.words', { n: countWords(text) })},{' '}
                {t('assignment.saved', { time: texts.formatDateTime(updatedAtMs) })}
              </summary>
              <div class="ll-prewrap ll-measure ll-handed-in">{text}</div>
            </details>
          ))}
        </section>
      )}
      {handedIn.length > 0 && (
        <section class="ll-stack" aria-labelledby="handed-in">
          <h2 id="handed-in">{t('work.submissions')}</h2>
          {handedIn.map(([submission, ...earlier]) => (
            <details key={submission.id} class="ll-card ll-details">
              <summary>
                <span class="ll-strong">{submission.title}</span>{' '}
                <Chip tone={submission.step === 'marked' ? 'good' : 'neutral'}>
                  {t(`work.step.${submission.step}`)}
                </Chip>
              </summary>
              <div class="ll-stack">
                <SubmissionView submission={submission} />
                <EarlierVersions earlier={earlier} />
              </div>
            </details>
          ))}
        </section>
      )}
      {open.length === 0 && strays.length === 0 && handedIn.length === 0 && (
        <EmptyState icon="pen" title={t('work.empty.title')} text={t('work.empty.text')}>
          <LinkButton href={hrefOf({ kind: 'shelf' })}>{t('app.toShelf')}</LinkButton>
        </EmptyState>
      )}
    </div>
  );
}

/** Each piece of work with its versions, the newest first. */
function versionsOf(all: readonly SubmissionRecord[]): readonly [SubmissionRecord, ...SubmissionRecord[]][] {
  const works = new Map<string, [SubmissionRecord, ...SubmissionRecord[]]>();
  for (const one of all) {
    const before = works.get(assignmentKey(one));
    if (before) before.push(one);
    else works.set(assignmentKey(one), [one]);
  }
  return [...works.values()];
}

interface Place {
  readonly path: string;
  readonly href: string;
  readonly title: string;
}

interface BegunWork {
  readonly place: Place;
  readonly words: number;
  readonly updatedAtMs: number;
}

/** Where a draft belongs; one of a question that is no longer asked belongs to its sheet. */
function placeOf(draftKey: string, found: ReadonlyMap<string, Place>): Place | undefined {
  return found.get(draftKey) ?? found.get(draftKey.slice(0, draftKey.lastIndexOf('#')));
}

/** What was begun, the newest first: the answers on one sheet are one piece of work. */
function begunWork(drafts: readonly DraftRecord[], found: ReadonlyMap<string, Place>): readonly BegunWork[] {
  const begun = new Map<Place, BegunWork>();
  for (const { id, text, updatedAtMs } of drafts) {
    const place = placeOf(id, found);
    if (!place) continue;
    const before = begun.get(place);
    begun.set(place, {
      place,
      words: (before?.words ?? 0) + countWords(text),
      updatedAtMs: Math.max(before?.updatedAtMs ?? 0, updatedAtMs),
    });
  }
  return [...begun.values()];
}

/** Where each assignment and answer sheet of the modules on this device is, by the keys of their drafts. */
async function findAssignments(modules: ReturnType<typeof usePlatform>['modules']): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for (const { path, state } of modules.list.value) {
    if (state !== 'ready' && state !== 'damaged') continue;
    try {
      const manifest = await modules.manifest(path);
      for (const { href, kind, sheet } of manifest.readingOrder) {
        const file = kind === 'assignment' ? href : sheet;
        if (file === undefined) continue;
        const { id, title, questions = [] } = parseAssignment(await modules.readBytes(path, file));
        const assignment = { assignmentId: id, modulePath: path };
        const place = { path, href, title };
        places.set(assignmentKey(assignment), place);
        for (const question of questions) places.set(answerKey(assignment, question.id), place);
      }
    } catch {
      // A damaged module is named on the shelf; here only its assignments are missing until it is repaired.
    }
  }
  return places;
}
