import type { JSX } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import { shuffled } from '#core/quiz/shuffle.ts';
import { Icon } from '#ui/components/icon.tsx';
import { texts } from '../../i18n/texts.ts';
import { renderBody } from './body-view.tsx';
import { InteractionGroup } from './interaction-group.tsx';
import { type InteractionProps, markOf, toggled } from './interaction-props.ts';

/** One or several answers of a list: radio buttons or check boxes. */
export function ChoiceInteraction(props: InteractionProps<'choice'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, seed, name } = props;
  const group = useId();
  const choices = useMemo(
    () =>
      interaction.shuffle
        ? shuffled(interaction.choices, seed, (choice) => choice.fixed === true)
        : interaction.choices,
    [interaction, seed],
  );
  const isSingle = interaction.maxChoices === 1;
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      {!isSingle && (
        <p class="ll-quiet ll-small">
          {interaction.maxChoices === 0
            ? texts.t('quiz.choose.any')
            : texts.t('quiz.choose.max', { n: interaction.maxChoices })}
        </p>
      )}
      {choices.map((choice) => {
        const isChosen = answer.includes(choice.id);
        const mark = markOf(choice.id, isChosen, correct);
        return (
          <label key={choice.id} class={`ll-quiz-choice${mark ? ` ll-quiz-${mark}` : ''}`}>
            <input
              type={isSingle ? 'radio' : 'checkbox'}
              name={group}
              checked={isChosen}
              disabled={isClosed}
              onChange={() => onAnswer(isSingle ? [choice.id] : toggled(answer, choice.id, interaction.maxChoices))}
            />
            <span class="ll-quiz-choice-text">{renderBody(choice.body, body, true)}</span>
            {mark && (
              <span class="ll-quiz-mark">
                <Icon name={mark === 'right' ? 'check' : 'cross'} />
                <span class="ll-visually-hidden">{texts.t(`quiz.mark.${mark}`)}</span>
              </span>
            )}
          </label>
        );
      })}
    </InteractionGroup>
  );
}
