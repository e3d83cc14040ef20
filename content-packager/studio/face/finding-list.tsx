import type { JSX } from 'preact';
import { Notice } from '#ui/components/notice.tsx';
import type { StudioFinding } from '../studio-api.ts';
import { findingsNl } from './i18n/findings-nl.ts';
import { i18n, t } from './i18n/texts.ts';

/** Props of {@link FindingList}. */
export interface FindingListProps {
  readonly findings: readonly StudioFinding[];
  readonly onAccept: (keys: readonly string[], accepted: boolean) => void;
}

/** What the checker found, by kind; each problem can be accepted as it is. */
export function FindingList({ findings, onAccept }: FindingListProps): JSX.Element {
  const problems = findings.filter((one) => one.severity === 'problem');
  const notes = findings.filter((one) => one.severity === 'note');
  return (
    <section class="ll-stack" aria-labelledby="findings">
      <h2 id="findings">{t('look.title')}</h2>
      {problems.length === 0 && (
        <Notice tone="good">
          <p>{t('look.none')}</p>
        </Notice>
      )}
      {problems.length > 0 && <h3>{t('look.problems')}</h3>}
      {byKind(problems).map((kind) => (
        <Kind key={kind[0]?.code} findings={kind} onAccept={onAccept} />
      ))}
      {notes.length > 0 && (
        <details>
          <summary>{t('look.notes')}</summary>
          <div class="ll-stack">
            {byKind(notes).map((kind) => (
              <Kind key={kind[0]?.code} findings={kind} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}

const dutch: ReadonlyMap<string, Pick<StudioFinding, 'what' | 'advice'>> = new Map(Object.entries(findingsNl));

/** What a kind of finding is and what to do about it, in the language of the page. */
function wordsOf(finding: StudioFinding | undefined): Pick<StudioFinding, 'what' | 'advice'> {
  const own = i18n.language.value === 'nl' ? dutch.get(finding?.code ?? '') : undefined;
  return own ?? { what: finding?.what ?? '', advice: finding?.advice ?? '' };
}

function Kind(props: {
  readonly findings: readonly StudioFinding[];
  readonly onAccept?: FindingListProps['onAccept'];
}): JSX.Element {
  const { findings, onAccept } = props;
  const [first] = findings;
  const { what, advice } = wordsOf(first);
  return (
    <div class="ll-card ll-stack ll-stack-tight">
      <p class="ll-strong">{what}</p>
      {advice !== 'nothing to do' && <p class="ll-quiet">{t('look.todo', { advice })}</p>}
      {onAccept && findings.length > 1 && (
        <label class="ll-row ll-finding-all">
          <input
            type="checkbox"
            checked={findings.every((one) => one.accepted)}
            onChange={(event) =>
              onAccept(
                findings.map((one) => one.key),
                event.currentTarget.checked,
              )
            }
          />
          {t('look.acceptAll', { n: findings.length })}
        </label>
      )}
      <ul class="ll-finding-list">
        {findings.map((one) => {
          const place = one.line === undefined ? one.file : `${one.file}:${one.line}`;
          return (
            <li key={one.key} class="ll-finding">
              <span>
                <code>{place}</code>
                {one.detail !== '' && ` ${one.detail}`}
                {one.count > 1 && ` (${t('look.times', { n: one.count })})`}
              </span>
              {onAccept && (
                <label class="ll-row">
                  <input
                    type="checkbox"
                    checked={one.accepted}
                    aria-label={`${t('look.accept')}: ${place}`}
                    onChange={(event) => onAccept([one.key], event.currentTarget.checked)}
                  />
                  <span aria-hidden="true">{t('look.accept')}</span>
                </label>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function byKind(findings: readonly StudioFinding[]): readonly (readonly StudioFinding[])[] {
  const kinds = new Map<string, StudioFinding[]>();
  for (const one of findings) kinds.set(one.code, [...(kinds.get(one.code) ?? []), one]);
  return [...kinds.values()];
}
