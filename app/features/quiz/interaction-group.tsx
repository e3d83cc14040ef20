import type { ComponentChildren, JSX } from 'preact';
import type { BodyNode } from '#core/quiz/body.ts';
import { type BodyContext, renderBody } from './body-view.tsx';

/** Props of {@link InteractionGroup}. */
export interface InteractionGroupProps {
  readonly prompt: readonly BodyNode[] | undefined;
  readonly body: BodyContext;
  /** The question's words, which a screen reader says where there is no prompt. */
  readonly name: string;
  readonly children: ComponentChildren;
}

/** The controls of one interaction under its prompt. */
export function InteractionGroup({ prompt, body, name, children }: InteractionGroupProps): JSX.Element {
  return (
    <fieldset class="ll-quiz-choices">
      <legend class={prompt ? 'll-quiz-prompt' : 'll-visually-hidden'}>
        {prompt ? renderBody(prompt, body, true) : name}
      </legend>
      {children}
    </fieldset>
  );
}
