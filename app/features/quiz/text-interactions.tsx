import type { JSX } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import { plainText } from '#core/quiz/body.ts';
import { shuffled } from '#core/quiz/shuffle.ts';
import { texts } from '../../i18n/texts.ts';
import { renderBody } from './body-view.tsx';
import { InteractionGroup } from './interaction-group.tsx';
import { type InteractionProps, markOf, toggled } from './interaction-props.ts';

/** A word or number in the middle of a text. */
export function TextEntry({
  interaction,
  answer,
  onAnswer,
  isClosed,
  correct,
  language,
  mayWrite,
  name,
}: InteractionProps<'textEntry'>): JSX.Element {
  const isWrong = correct !== undefined && answer[0] !== correct[0];
  return (
    <span class="ll-quiz-inline">
      <input
        class="ll-input ll-quiz-entry"
        type="text"
        autoComplete="off"
        spellcheck={false}
        lang={language}
        aria-label={interaction.label ?? name}
        size={Math.min(40, Math.max(6, interaction.expectedLength ?? 12))}
        placeholder={interaction.placeholder}
        value={answer[0] ?? ''}
        disabled={isClosed || !mayWrite}
        onInput={(event) => onAnswer(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
      />
      {isWrong && correct[0] !== undefined && (
        <span class="ll-quiz-solution"> {texts.t('quiz.solution', { answer: correct[0] })}</span>
      )}
    </span>
  );
}

/** A longer text that a person will read. */
export function ExtendedText({
  interaction,
  answer,
  onAnswer,
  isClosed,
  body,
  language,
  mayWrite,
  name,
}: InteractionProps<'extendedText'>): JSX.Element {
  const id = useId();
  return (
    <div class="ll-field">
      <label class="ll-field-label" for={id}>
        {interaction.prompt ? renderBody(interaction.prompt, body, true) : texts.t('quiz.yourAnswer')}
      </label>
      <textarea
        id={id}
        class="ll-input"
        lang={language}
        rows={Math.min(20, Math.max(4, interaction.expectedLines ?? 6))}
        value={answer[0] ?? ''}
        disabled={isClosed || !mayWrite}
        aria-description={interaction.prompt ? undefined : name}
        onInput={(event) => onAnswer(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
      />
    </div>
  );
}

/** One word out of a list, in the middle of a text. */
export function InlineChoice({
  interaction,
  answer,
  onAnswer,
  isClosed,
  correct,
  seed,
  name,
}: InteractionProps<'inlineChoice'>): JSX.Element {
  const choices = useMemo(
    () => (interaction.shuffle ? shuffled(interaction.choices, seed) : interaction.choices),
    [interaction, seed],
  );
  const right = correct && interaction.choices.find((choice) => choice.id === correct[0]);
  const isWrong = right !== undefined && answer[0] !== right.id;
  return (
    <span class="ll-quiz-inline">
      <select
        class="ll-input ll-quiz-select"
        aria-label={interaction.label ?? name}
        value={answer[0] ?? ''}
        disabled={isClosed}
        onChange={(event) => onAnswer(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
      >
        <option value="">{texts.t('quiz.pick')}</option>
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {plainText(choice.body)}
          </option>
        ))}
      </select>
      {isWrong && <span class="ll-quiz-solution"> {texts.t('quiz.solution', { answer: plainText(right.body) })}</span>}
    </span>
  );
}

/** Words of a text that can be chosen. */
export function Hottext({
  interaction,
  answer,
  onAnswer,
  isClosed,
  correct,
  body,
  name,
}: InteractionProps<'hottext'>): JSX.Element {
  const group = useId();
  const isSingle = interaction.maxChoices === 1;
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <div>
        {renderBody(interaction.body, {
          ...body,
          renderHottext: (id, text) => {
            const mark = markOf(id, answer.includes(id), correct);
            return (
              <label class={`ll-quiz-hottext${mark ? ` ll-quiz-${mark}` : ''}`}>
                <input
                  type={isSingle ? 'radio' : 'checkbox'}
                  name={group}
                  checked={answer.includes(id)}
                  disabled={isClosed}
                  onChange={() => onAnswer(isSingle ? [id] : toggled(answer, id, interaction.maxChoices))}
                />
                {text}
              </label>
            );
          },
        })}
      </div>
    </InteractionGroup>
  );
}

/** A number on a line. */
export function Slider({
  interaction,
  answer,
  onAnswer,
  isClosed,
  body,
  name,
}: InteractionProps<'slider'>): JSX.Element {
  const id = useId();
  const { lower, upper, step } = interaction;
  const value = answer[0] ?? String(lower);
  return (
    <div class="ll-field">
      <label class="ll-field-label" for={id}>
        {interaction.prompt ? renderBody(interaction.prompt, body, true) : name}
      </label>
      <div class="ll-row">
        <span aria-hidden="true">{texts.formatNumber(lower)}</span>
        <input
          id={id}
          class="ll-quiz-slider"
          type="range"
          min={lower}
          max={upper}
          step={step ?? 'any'}
          value={value}
          disabled={isClosed}
          onInput={(event) => onAnswer([event.currentTarget.value])}
        />
        <span aria-hidden="true">{texts.formatNumber(upper)}</span>
        <output class="ll-strong" for={id}>
          {answer[0] === undefined ? '—' : texts.formatNumber(Number(value))}
        </output>
      </div>
    </div>
  );
}
