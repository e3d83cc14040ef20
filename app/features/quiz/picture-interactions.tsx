import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { renderBody } from './body-view.tsx';
import { InteractionGroup } from './interaction-group.tsx';
import { type InteractionProps, markOf, toggled } from './interaction-props.ts';
import { nameOf, PairList } from './pair-interactions.tsx';
import { choiceIn, usePairing, withChoiceIn } from './pairing.ts';
import { AreaButton, boxOf, PicturePlane } from './picture-plane.tsx';

/** Areas of a picture to choose. */
export function Hotspot(props: InteractionProps<'hotspot'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, name } = props;
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <PicturePlane image={interaction.image} body={body}>
        {interaction.areas.map((area) => (
          <AreaButton
            key={area.id}
            area={area}
            image={interaction.image}
            pressed={answer.includes(area.id)}
            mark={markOf(area.id, answer.includes(area.id), correct)}
            disabled={isClosed}
            label={texts.t('quiz.area', { name: area.label })}
            onPress={() => onAnswer(toggled(answer, area.id, interaction.maxChoices))}
          />
        ))}
      </PicturePlane>
    </InteractionGroup>
  );
}

/** Areas of a picture to put in order: pressed one after the other. */
export function GraphicOrder(props: InteractionProps<'graphicOrder'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, name } = props;
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <p class="ll-quiet ll-small">{texts.t('quiz.graphicOrder.how')}</p>
      <PicturePlane image={interaction.image} body={body}>
        {interaction.areas.map((area) => {
          const place = answer.indexOf(area.id);
          const mark = correct && (correct[place] === area.id ? 'right' : 'wrong');
          return (
            <AreaButton
              key={area.id}
              area={area}
              image={interaction.image}
              pressed={place >= 0}
              mark={mark}
              disabled={isClosed}
              label={
                place >= 0
                  ? texts.t('quiz.graphicOrder.place', { name: area.label, n: place + 1 })
                  : texts.t('quiz.area', { name: area.label })
              }
              onPress={() => onAnswer(toggled(answer, area.id, 0))}
            >
              {place >= 0 && <span class="ll-quiz-number">{place + 1}</span>}
            </AreaButton>
          );
        })}
      </PicturePlane>
    </InteractionGroup>
  );
}

/** Areas of a picture that belong together: pressed two by two. */
export function GraphicAssociate(props: InteractionProps<'graphicAssociate'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, name } = props;
  const { image, areas, maxAssociations } = interaction;
  const { picked, pick } = usePairing({ answer, onAnswer, maxAssociations });
  const find = (id: string) => areas.find((area) => area.id === id);
  const centre = (id: string): readonly [number, number] => {
    const area = find(id);
    const box = area ? boxOf(area, image) : { x: 0, y: 0, width: 0, height: 0 };
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <p class="ll-quiet ll-small">{texts.t('quiz.associate.how')}</p>
      <PicturePlane image={image} body={body}>
        <svg class="ll-quiz-lines" viewBox={`0 0 ${image.width} ${image.height}`} aria-hidden="true">
          {answer.map((pair) => {
            const [a = '', b = ''] = pair.split(' ');
            const [[x1, y1], [x2, y2]] = [centre(a), centre(b)];
            return <line key={pair} x1={x1} y1={y1} x2={x2} y2={y2} />;
          })}
        </svg>
        {areas.map((area) => (
          <AreaButton
            key={area.id}
            area={area}
            image={image}
            pressed={picked === area.id}
            disabled={isClosed}
            label={texts.t('quiz.area', { name: area.label })}
            onPress={() => pick(area.id)}
          />
        ))}
      </PicturePlane>
      <PairList
        answer={answer}
        correct={correct}
        isClosed={isClosed}
        nameById={(id) => find(id)?.label ?? id}
        onAnswer={onAnswer}
      />
    </InteractionGroup>
  );
}

/** Labels to put on areas of a picture: press a label, then an area; or drag. */
export function GraphicGapMatch(props: InteractionProps<'graphicGapMatch'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, correct, body, name } = props;
  const [picked, setPicked] = useState<string | undefined>(undefined);
  const dragged = useRef<string | undefined>(undefined);
  const choiceOf = (area: string) => {
    const id = choiceIn(answer, area);
    return interaction.choices.find((choice) => choice.id === id);
  };
  const put = (choice: string | undefined, area: string): void => {
    onAnswer(withChoiceIn(answer, area, choice, interaction.choices));
    setPicked(undefined);
  };
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <p class="ll-quiet ll-small">{texts.t('quiz.graphicGap.how')}</p>
      <div class="ll-quiz-tokens">
        {interaction.choices.map((choice) => (
          <button
            key={choice.id}
            type="button"
            class="ll-quiz-token"
            aria-pressed={picked === choice.id}
            disabled={isClosed}
            draggable={!isClosed}
            onDragStart={() => {
              dragged.current = choice.id;
            }}
            onClick={() => setPicked(picked === choice.id ? undefined : choice.id)}
          >
            {renderBody(choice.body, body, true)}
          </button>
        ))}
      </div>
      <PicturePlane image={interaction.image} body={body}>
        {interaction.areas.map((area) => {
          const choice = choiceOf(area.id);
          const right = correct?.find((pair) => pair.endsWith(` ${area.id}`));
          const mark = correct && (right === (choice && `${choice.id} ${area.id}`) ? 'right' : 'wrong');
          return (
            <AreaButton
              key={area.id}
              area={area}
              image={interaction.image}
              pressed={choice !== undefined}
              mark={mark}
              disabled={isClosed}
              label={
                choice
                  ? texts.t('quiz.graphicGap.filled', { name: area.label, choice: nameOf(choice) })
                  : texts.t('quiz.area', { name: area.label })
              }
              onPress={() => put(picked, area.id)}
              onDropped={() => put(dragged.current, area.id)}
            >
              {choice && <span class="ll-quiz-on-area">{renderBody(choice.body, body, true)}</span>}
            </AreaButton>
          );
        })}
      </PicturePlane>
    </InteractionGroup>
  );
}

const STEP = 10;

/** Places on a picture: by pointing, or with a cross that the arrow keys move and Enter sets. */
export function SelectPoint(props: InteractionProps<'selectPoint'>): JSX.Element {
  const { interaction, answer, onAnswer, isClosed, body, name } = props;
  const { image, maxChoices } = interaction;
  const [cross, setCross] = useState<readonly [number, number]>([
    Math.round(image.width / 2),
    Math.round(image.height / 2),
  ]);
  const [shown, setShown] = useState(false);
  const add = (x: number, y: number): void => {
    if (isClosed) return;
    const more = [...answer.filter((point) => point !== `${x} ${y}`), `${x} ${y}`];
    onAnswer(maxChoices > 0 ? more.slice(-maxChoices) : more);
  };
  const onKey = (event: KeyboardEvent): void => {
    const [x, y] = cross;
    const step = event.shiftKey ? 1 : STEP;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [x - step, y],
      ArrowRight: [x + step, y],
      ArrowUp: [x, y - step],
      ArrowDown: [x, y + step],
    };
    const next = moves[event.key];
    if (next) {
      event.preventDefault();
      setCross([Math.min(image.width, Math.max(0, next[0])), Math.min(image.height, Math.max(0, next[1]))]);
    }
  };
  const at = ([x, y]: readonly [number, number]) => ({
    left: `${(x / image.width) * 100}%`,
    top: `${(y / image.height) * 100}%`,
  });
  return (
    <InteractionGroup prompt={interaction.prompt} body={body} name={name}>
      <PicturePlane image={image} body={body} onPoint={add}>
        {answer.map((point, index) => {
          const [x = 0, y = 0] = point.split(' ').map(Number);
          return (
            <span key={point} class="ll-quiz-point" style={at([x, y])} aria-hidden="true">
              {index + 1}
            </span>
          );
        })}
        {shown && <span class="ll-quiz-cross" style={at(cross)} aria-hidden="true" />}
      </PicturePlane>
      {!isClosed && (
        <div class="ll-row">
          <button
            type="button"
            class="ll-button ll-button-secondary"
            onFocus={() => setShown(true)}
            onBlur={() => setShown(false)}
            onKeyDown={onKey}
            onClick={() => add(...cross)}
          >
            {texts.t('quiz.point.set')}
          </button>
          <span class="ll-quiet ll-small">{texts.t('quiz.point.how')}</span>
        </div>
      )}
      <ul class="ll-quiz-pairs" aria-label={texts.t('quiz.point.list')}>
        {answer.map((point, index) => (
          <li key={point} class="ll-quiz-pair">
            <span>{texts.t('quiz.point.number', { n: index + 1, place: point.replace(' ', ', ') })}</span>
            {!isClosed && (
              <Button
                kind="quiet"
                icon="cross"
                label={texts.t('quiz.remove', { name: String(index + 1) })}
                onClick={() => onAnswer(answer.filter((one) => one !== point))}
              />
            )}
          </li>
        ))}
      </ul>
    </InteractionGroup>
  );
}
