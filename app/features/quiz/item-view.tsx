import type { ComponentChildren, JSX } from 'preact';
import type { Answer, ItemResult } from '#core/quiz/attempt.ts';
import { isShown, plainText } from '#core/quiz/body.ts';
import type { QuizItem } from '#core/quiz/quiz.ts';
import { drawnValues } from '#core/quiz/template.ts';
import { numberOf } from '#core/quiz/value.ts';
import { Button } from '#ui/components/button.tsx';
import { Notice, type Tone } from '#ui/components/notice.tsx';
import { texts } from '../../i18n/texts.ts';
import { type BodyContext, renderBody } from './body-view.tsx';
import { ChoiceInteraction } from './choice-interaction.tsx';
import { OrderInteraction } from './order-interaction.tsx';
import { AssociateInteraction, GapMatch, MatchInteraction } from './pair-interactions.tsx';
import { GraphicAssociate, GraphicGapMatch, GraphicOrder, Hotspot, SelectPoint } from './picture-interactions.tsx';
import { ExtendedText, Hottext, InlineChoice, Slider, TextEntry } from './text-interactions.tsx';

/** Props of {@link ItemView}. */
export interface ItemViewProps {
  readonly item: QuizItem;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly onAnswer: (response: string, answer: Answer) => void;
  /** The result once the question has been judged, of an adaptive question from its start. */
  readonly result: ItemResult | undefined;
  readonly isClosed: boolean;
  /** Whether the learner may see by now how it came out. */
  readonly showsVerdict: boolean;
  /** A button of the question itself, such as one for a hint, was pressed. */
  readonly onEndAttempt: (response: string) => void;
  readonly seed: string;
  readonly language: string;
  readonly mayWrite: boolean;
  readonly urlOf: (href: string) => string;
}

const tones: Readonly<Record<ItemResult['verdict'], Tone>> = {
  right: 'good',
  partly: 'warn',
  wrong: 'bad',
  unanswered: 'info',
  open: 'info',
};

/** One question: its text with the interactions in their places, and after the check what came of it. */
export function ItemView(props: ItemViewProps): JSX.Element {
  const { item, answers, result, isClosed, mayWrite, language } = props;
  const isJudged = result !== undefined && (numberOf(result.outcomes.get('numAttempts') ?? null) ?? 0) > 0;
  const showsVerdict = result !== undefined && isClosed && props.showsVerdict;
  const plain: BodyContext = { urlOf: props.urlOf, outcomes: result?.outcomes ?? drawnValues(item) };
  const name = plainText(item.body, drawnValues(item)).slice(0, 200) || item.title;
  const renderInteraction = (response: string): ComponentChildren => {
    const interaction = item.interactions.find((one) => one.response === response);
    const declared = item.responses.find((one) => one.id === response);
    if (!interaction) return null;
    const base = {
      answer: answers.get(response) ?? [],
      onAnswer: (answer: Answer) => props.onAnswer(response, answer),
      isClosed,
      correct: showsVerdict ? declared?.correct : undefined,
      body: plain,
      seed: `${props.seed}/${item.id}/${response}`,
      language: item.language ?? language,
      mayWrite,
      name,
    };
    switch (interaction.kind) {
      case 'choice':
        return <ChoiceInteraction {...base} interaction={interaction} />;
      case 'order':
        return <OrderInteraction {...base} interaction={interaction} />;
      case 'associate':
        return <AssociateInteraction {...base} interaction={interaction} />;
      case 'match':
        return <MatchInteraction {...base} interaction={interaction} />;
      case 'gapMatch':
        return <GapMatch {...base} interaction={interaction} />;
      case 'inlineChoice':
        return <InlineChoice {...base} interaction={interaction} />;
      case 'textEntry':
        return <TextEntry {...base} interaction={interaction} />;
      case 'extendedText':
        return <ExtendedText {...base} interaction={interaction} />;
      case 'hottext':
        return <Hottext {...base} interaction={interaction} />;
      case 'hotspot':
        return <Hotspot {...base} interaction={interaction} />;
      case 'selectPoint':
        return <SelectPoint {...base} interaction={interaction} />;
      case 'graphicOrder':
        return <GraphicOrder {...base} interaction={interaction} />;
      case 'graphicAssociate':
        return <GraphicAssociate {...base} interaction={interaction} />;
      case 'graphicGapMatch':
        return <GraphicGapMatch {...base} interaction={interaction} />;
      case 'slider':
        return <Slider {...base} interaction={interaction} />;
      case 'endAttempt':
        return (
          <Button disabled={isClosed} onClick={() => props.onEndAttempt(response)}>
            {interaction.title}
          </Button>
        );
    }
  };
  const shown = isJudged ? item.feedback.filter((feedback) => isShown(feedback, result.outcomes)) : [];
  const hasPoints = showsVerdict && result.score !== null && result.maxScore !== null && result.maxScore !== 1;
  const more = (
    <>
      {shown.map((feedback) => (
        <div key={feedback.id} class="ll-quiz-feedback">
          {feedback.title && <p class="ll-strong">{feedback.title}</p>}
          {renderBody(feedback.body, plain)}
        </div>
      ))}
      {hasPoints && (
        <p>{texts.t('quiz.points', { n: points(result.score ?? 0), max: points(result.maxScore ?? 0) })}</p>
      )}
    </>
  );
  const hasMore = shown.length > 0 || hasPoints;
  const asksForText = item.interactions.some(({ kind }) => kind === 'textEntry' || kind === 'extendedText');
  return (
    <div class="ll-stack" lang={item.language ?? language}>
      <div class="ll-quiz-body">{renderBody(item.body, { ...plain, renderInteraction })}</div>
      {!mayWrite && asksForText && !isClosed && <p class="ll-quiet">{texts.t('quiz.readOnly')}</p>}
      <div aria-live="polite" class="ll-stack">
        {showsVerdict && (
          <Notice tone={tones[result.verdict]} title={texts.t(`quiz.verdict.${result.verdict}`)}>
            {hasMore && more}
          </Notice>
        )}
        {isJudged && !showsVerdict && (shown.length > 0 || !isClosed) && (
          <Notice title={texts.t(isClosed ? 'quiz.answered' : 'quiz.goesOn')}>{hasMore && more}</Notice>
        )}
      </div>
    </div>
  );
}

/** Points as people read them: at most two decimals. */
export function points(value: number): string {
  return texts.formatNumber(Math.round(value * 100) / 100);
}
