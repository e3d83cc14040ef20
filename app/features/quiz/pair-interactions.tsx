import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Answer } from '#core/quiz/attempt.ts';
import { plainText } from '#core/quiz/body.ts';
import type { Choice } from '#core/quiz/interaction.ts';
import { shuffled } from '#core/quiz/shuffle.ts';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { renderBody } from './body-view.tsx';
import { InteractionGroup } from './interaction-group.tsx';
import { type InteractionProps, markOf } from './interaction-props.ts';
import { choiceIn, usePairing, withChoiceIn } from './pairing.ts';

/** The words of a choice, or of the picture that it is. */
export function nameOf(choice: Choice | undefined): string {
  if (!choice) return '';
  const words = plainText(choice.body);
  if (words !== '') return words;
  const [first] = choice.body;
  return (typeof first === 'object' && first.kind === 'element' ? first.attributes.get('alt') : undefined) || choice.id;
}

/** Two lists whose parts belong together: one list of answers a row, or a table to tick where several may belong. */
export function MatchInteraction(props: InteractionProps<'match'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, seed, name } = props;
  const targets = useMemo(
    () => (interaction.shuffle ? shuffled(interaction.targets, seed) : interaction.targets),
    [interaction, seed],
  );
  const isOneEach = interaction.sources.every((source) => (source.matchMax ?? 1) === 1);
  const set = (source: string, chosen: readonly string[]): void =>
    onAnswer([
      ...answer.filter((pair) => !pair.startsWith(`${source} `)),
      ...chosen.map((target) => `${source} ${target}`),
    ]);
  const chosenOf = (source: string): string[] =>
    answer.filter((pair) => pair.startsWith(`${source} `)).map((pair) => pair.slice(source.length + 1));
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      {isOneEach ? (
        <ul class="ll-quiz-pairs">
          {interaction.sources.map((source) => {
            const right = correct?.find((pair) => pair.startsWith(`${source.id} `))?.slice(source.id.length + 1);
            const chosen = chosenOf(source.id)[0] ?? '';
            const isWrong = right !== undefined && chosen !== right;
            return (
              <li
                key={source.id}
                class={`ll-quiz-pair ll-quiz-match${correct ? ` ll-quiz-${isWrong ? 'wrong' : 'right'}` : ''}`}
              >
                <span class="ll-quiz-choice-text">{renderBody(source.body, body, true)}</span>
                <select
                  class="ll-input ll-quiz-select"
                  aria-label={texts.t('quiz.match.to', { name: nameOf(source) })}
                  value={chosen}
                  disabled={isClosed}
                  onChange={(event) =>
                    set(source.id, event.currentTarget.value === '' ? [] : [event.currentTarget.value])
                  }
                >
                  <option value="">{texts.t('quiz.pick')}</option>
                  {targets.map((target) => (
                    <option key={target.id} value={target.id}>
                      {nameOf(target)}
                    </option>
                  ))}
                </select>
                {isWrong && (
                  <span class="ll-quiz-solution">
                    {texts.t('quiz.solution', { answer: nameOf(targets.find((target) => target.id === right)) })}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      ) : (
        <div class="ll-scroll-x">
          <table class="ll-quiz-matrix">
            <thead>
              <tr>
                <td />
                {targets.map((target) => (
                  <th key={target.id} scope="col">
                    {renderBody(target.body, body, true)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {interaction.sources.map((source) => (
                <tr key={source.id}>
                  <th scope="row">{renderBody(source.body, body, true)}</th>
                  {targets.map((target) => {
                    const pair = `${source.id} ${target.id}`;
                    const isChosen = answer.includes(pair);
                    const mark = markOf(pair, isChosen, correct);
                    return (
                      <td key={target.id} class={mark && `ll-quiz-${mark}`}>
                        <input
                          type="checkbox"
                          aria-label={`${nameOf(source)}: ${nameOf(target)}`}
                          checked={isChosen}
                          disabled={isClosed}
                          onChange={() => {
                            const chosen = chosenOf(source.id);
                            set(
                              source.id,
                              isChosen ? chosen.filter((one) => one !== target.id) : [...chosen, target.id],
                            );
                          }}
                        />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {targets.some((target) => plainText(target.body) === '') && (
        <ul class="ll-quiz-bank" aria-label={texts.t('quiz.match.pictures')}>
          {targets.map((target) => (
            <li key={target.id}>
              {renderBody(target.body, body)} <span class="ll-small">{nameOf(target)}</span>
            </li>
          ))}
        </ul>
      )}
    </InteractionGroup>
  );
}

/** Props of {@link PairList}. */
interface PairListProps {
  readonly answer: Answer;
  readonly correct: Answer | undefined;
  readonly isClosed: boolean;
  readonly nameById: (id: string) => string;
  readonly onAnswer: (answer: Answer) => void;
}

/** The pairs made so far, each with the way to take it away, or with what it was worth. */
export function PairList({ answer, correct, isClosed, nameById, onAnswer }: PairListProps): JSX.Element {
  return (
    <ul class="ll-quiz-pairs" aria-label={texts.t('quiz.associate.pairs')} aria-live="polite">
      {answer.map((pair) => {
        const [a = '', b = ''] = pair.split(' ');
        const words = `${nameById(a)} – ${nameById(b)}`;
        const isRight = correct?.some((one) => one === pair || one === `${b} ${a}`);
        return (
          <li key={pair} class={correct ? `ll-quiz-pair ll-quiz-${isRight ? 'right' : 'wrong'}` : 'll-quiz-pair'}>
            <span>{words}</span>
            {!isClosed && (
              <Button
                kind="quiet"
                icon="cross"
                label={texts.t('quiz.remove', { name: words })}
                onClick={() => onAnswer(answer.filter((one) => one !== pair))}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Things of one list that belong together, two by two. */
export function AssociateInteraction(props: InteractionProps<'associate'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, seed, name } = props;
  const choices = useMemo(
    () => (interaction.shuffle ? shuffled(interaction.choices, seed) : interaction.choices),
    [interaction, seed],
  );
  const { picked, pick } = usePairing({ answer, onAnswer, maxAssociations: interaction.maxAssociations });
  const isAllRight = correct?.every(
    (pair) => answer.includes(pair) || answer.includes(pair.split(' ').reverse().join(' ')),
  );
  const nameById = (id: string): string => nameOf(interaction.choices.find((choice) => choice.id === id));
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <p class="ll-quiet ll-small">{texts.t('quiz.associate.how')}</p>
      <div class="ll-quiz-tokens">
        {choices.map((choice) => (
          <button
            key={choice.id}
            type="button"
            class="ll-quiz-token"
            aria-pressed={picked === choice.id}
            disabled={isClosed}
            onClick={() => pick(choice.id)}
          >
            {renderBody(choice.body, body, true)}
          </button>
        ))}
      </div>
      <PairList answer={answer} correct={correct} isClosed={isClosed} nameById={nameById} onAnswer={onAnswer} />
      {correct && !isAllRight && (
        <p class="ll-quiz-solution">
          {texts.t('quiz.solution', {
            answer: correct.map((pair) => pair.split(' ').map(nameById).join(' – ')).join(', '),
          })}
        </p>
      )}
    </InteractionGroup>
  );
}

/** Words to put into the gaps of a text: each gap is a list to choose from, and takes what is dragged onto it. */
export function GapMatch(props: InteractionProps<'gapMatch'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, seed, name } = props;
  const choices = useMemo(
    () => (interaction.shuffle ? shuffled(interaction.choices, seed) : interaction.choices),
    [interaction, seed],
  );
  const dragged = useRef<string | undefined>(undefined);
  const fill = (gap: string, choice: string | undefined): void =>
    onAnswer(withChoiceIn(answer, gap, choice, interaction.choices));
  let number = 0;
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <ul class="ll-quiz-tokens" aria-label={texts.t('quiz.gap.words')}>
        {choices.map((choice) => (
          <li
            key={choice.id}
            class="ll-quiz-token"
            draggable={!isClosed}
            onDragStart={() => {
              dragged.current = choice.id;
            }}
          >
            {renderBody(choice.body, body, true)}
          </li>
        ))}
      </ul>
      <div class="ll-quiz-gaps">
        {renderBody(interaction.body, {
          ...body,
          renderGap: (gap) => {
            number += 1;
            const chosen = choiceIn(answer, gap) ?? '';
            const right = correct && choiceIn(correct, gap);
            const isWrong = right !== undefined && right !== chosen;
            return (
              <span class="ll-quiz-inline">
                <select
                  class={`ll-input ll-quiz-select${correct ? ` ll-quiz-${isWrong ? 'wrong' : 'right'}` : ''}`}
                  aria-label={texts.t('quiz.gap.number', { n: number })}
                  value={chosen}
                  disabled={isClosed}
                  onChange={(event) => fill(gap, event.currentTarget.value || undefined)}
                  onDragOver={(event) => event.preventDefault()}
                  onDrop={(event) => {
                    event.preventDefault();
                    if (dragged.current !== undefined && !isClosed) fill(gap, dragged.current);
                    dragged.current = undefined;
                  }}
                >
                  <option value="">{texts.t('quiz.pick')}</option>
                  {choices.map((choice) => (
                    <option key={choice.id} value={choice.id}>
                      {nameOf(choice)}
                    </option>
                  ))}
                </select>
                {isWrong && (
                  <span class="ll-quiz-solution">
                    {' '}
                    {texts.t('quiz.solution', { answer: nameOf(choices.find((one) => one.id === right)) })}
                  </span>
                )}
              </span>
            );
          },
        })}
      </div>
    </InteractionGroup>
  );
}
