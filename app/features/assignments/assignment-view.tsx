import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { parseAssignment } from '#core/module/assignment.ts';
import { LinkButton } from '#ui/components/button.tsx';
import { Chip } from '#ui/components/chip.tsx';
import { Notice } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { assignmentKey, type SubmissionRecord } from '../../platform/records/records.ts';
import { usePlatform } from '../../shell/platform-context.ts';
import { hrefOf } from '../../shell/routes.ts';
import { useAsync } from '../../shell/use-async.ts';
import { dueMsOf } from './due.ts';
import { Editor } from './editor.tsx';
import { Question } from './question.tsx';
import { EarlierVersions, SubmissionView } from './submission-view.tsx';

/** Props of {@link AssignmentView}. */
export interface AssignmentViewProps {
  readonly path: string;
  readonly href: string;
  readonly onPosition: (fraction: number) => void;
}

/** One assignment: the question, then the editor, or the work that was handed in, or how to hand in elsewhere. */
export function AssignmentView({ path, href, onPosition }: AssignmentViewProps): JSX.Element {
  const { modules, records, state } = usePlatform();
  const { t } = texts;
  const loaded = useAsync(async () => {
    const [bytes, manifest] = await Promise.all([modules.readBytes(path, href), modules.manifest(path)]);
    return { assignment: parseAssignment(bytes), language: manifest.language };
  }, [path, href]);
  const id = loaded.kind === 'ready' ? loaded.value.assignment.id : undefined;
  const submissions = useMemo(
    () => records.submissions.live((record) => record.modulePath === path && record.assignmentId === id),
    [records, path, id],
  );
  const key = assignmentKey({ assignmentId: id ?? '', modulePath: path });
  const drafts = useMemo(() => records.drafts.live((draft) => draft.id === key), [records, key]);
  const mine = submissions.value;
  const handedIn = (mine?.length ?? 0) > 0;
  // Only opening and handing in count as progress
  useEffect(() => {
    if (id !== undefined && mine) onPosition(handedIn ? 1 : 0.2);
  }, [id, handedIn, mine === undefined]);

  if (loaded.kind === 'failed') {
    return (
      <div class="ll-part-scroll">
        <Notice tone="warn" announce="alert">
          <p>{t('assignment.broken')}</p>
        </Notice>
      </div>
    );
  }
  if (loaded.kind === 'loading') return <p class="ll-part-scroll ll-quiet">{t('app.loading')}</p>;
  const { assignment, language } = loaded.value;
  const [draft] = drafts.value ?? [];
  const [newest, ...earlier] = mine ?? [];
  const ref = { assignmentId: assignment.id, modulePath: path, title: assignment.title };
  const editor = drafts.value !== undefined && (
    <Editor
      assignment={ref}
      initialText={draft?.text ?? ''}
      savedAtMs={draft?.updatedAtMs}
      wordLimit={assignment.wordLimit}
      language={language}
      handedInText={newest?.text}
    />
  );
  const mayWrite = state.value.capabilities.has('write');
  const again = ({ text }: SubmissionRecord) => records.drafts.save(key, text);
  const dueMs = dueMsOf(assignment.due);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable for the keys that scroll it
    <section class="ll-part-scroll" aria-label={assignment.title} tabIndex={0}>
      <div class="ll-stack ll-assignment">
        <div class="ll-row">
          <Chip tone="info" icon="pen">
            {t('assignment.title')}
          </Chip>
          {dueMs !== undefined && <Chip icon="clock">{t('assignment.due', { date: texts.formatDay(dueMs) })}</Chip>}
          {assignment.wordLimit !== undefined && <Chip>{t('assignment.limit', { n: assignment.wordLimit })}</Chip>}
        </div>
        <h2 class="ll-assignment-title" lang={language}>
          {assignment.title}
        </h2>
        <Question html={assignment.question} language={language} />
        {newest ? (
          <>
            {draft && mayWrite && editor}
            <SubmissionView submission={newest} onAgain={mayWrite && !draft ? () => void again(newest) : undefined} />
            <EarlierVersions earlier={earlier} />
          </>
        ) : mine === undefined ? null : mayWrite ? (
          editor
        ) : (
          <Notice title={t('assignment.readOnly.title')}>
            <p>{t('assignment.readOnly.text')}</p>
            <div>
              <LinkButton href={hrefOf({ kind: 'docking' })} icon="sync">
                {t('assignment.readOnly.go')}
              </LinkButton>
            </div>
          </Notice>
        )}
      </div>
    </section>
  );
}
