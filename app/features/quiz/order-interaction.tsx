import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { plainText } from '#core/quiz/body.ts';
import { shuffled } from '#core/quiz/shuffle.ts';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { renderBody } from './body-view.tsx';
import { InteractionGroup } from './interaction-group.tsx';
import type { InteractionProps } from './interaction-props.ts';

/** Things to put in order: with the two buttons of each, or by dragging. */
export function OrderInteraction(props: InteractionProps<'order'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, seed, name } = props;
  const start = useMemo(
    () => (interaction.shuffle ? shuffled(interaction.choices, seed) : interaction.choices).map((choice) => choice.id),
    [interaction, seed],
  );
  const list = useRef<HTMLOListElement>(null);
  const dragged = useRef<string | undefined>(undefined);
  const order = answer.length === start.length ? answer : start;
  const move = (id: string, to: number): void => {
    if (to < 0 || to >= order.length) return;
    const rest = order.filter((one) => one !== id);
    onAnswer([...rest.slice(0, to), id, ...rest.slice(to)]);
  };
  /** The button that was pressed keeps the focus in its row's new place. */
  const moveByButton = (id: string, to: number, direction: 'up' | 'down'): void => {
    move(id, to);
    requestAnimationFrame(() => {
      const row = list.current?.children[to];
      const wanted = row?.querySelector<HTMLButtonElement>(`[data-direction="${direction}"] button:not([disabled])`);
      (wanted ?? row?.querySelector<HTMLButtonElement>('button:not([disabled])'))?.focus();
    });
  };
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <p class="ll-quiet ll-small">{texts.t('quiz.order.how')}</p>
      <ol ref={list} class="ll-quiz-order">
        {order.map((id, index) => {
          const choice = interaction.choices.find((one) => one.id === id);
          if (!choice) return null;
          const words = plainText(choice.body);
          const mark = correct && (correct[index] === id ? 'right' : 'wrong');
          return (
            <li
              key={id}
              class={`ll-quiz-movable${mark ? ` ll-quiz-${mark}` : ''}`}
              draggable={!isClosed}
              onDragStart={() => {
                dragged.current = id;
              }}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged.current !== undefined) move(dragged.current, index);
                dragged.current = undefined;
              }}
            >
              <span class="ll-quiz-choice-text">{renderBody(choice.body, body, true)}</span>
              {!isClosed && (
                <span class="ll-row">
                  <span data-direction="up">
                    <Button
                      kind="quiet"
                      icon="up"
                      label={texts.t('quiz.order.up', { name: words })}
                      disabled={index === 0}
                      onClick={() => moveByButton(id, index - 1, 'up')}
                    />
                  </span>
                  <span data-direction="down">
                    <Button
                      kind="quiet"
                      icon="down"
                      label={texts.t('quiz.order.down', { name: words })}
                      disabled={index === order.length - 1}
                      onClick={() => moveByButton(id, index + 1, 'down')}
                    />
                  </span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {!isClosed && answer.length === 0 && (
        <div>
          <Button onClick={() => onAnswer(start)}>{texts.t('quiz.order.keep')}</Button>
        </div>
      )}
    </InteractionGroup>
  );
}
