import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.tsx';

/** One step and how far it is. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly state: 'todo' | 'current' | 'done' | 'failed';
  /** Said after the title to those who cannot see the mark: "done", "busy". */
  readonly stateText: string;
  readonly detail?: ComponentChildren;
}

/** Props of {@link Steps}. */
export interface StepsProps {
  readonly label: string;
  readonly steps: readonly Step[];
  readonly across?: boolean;
}

/** Steps in their order, each with a mark, a title and what there is to say about it. */
export function Steps({ label, steps, across }: StepsProps): JSX.Element {
  return (
    <ol class={across ? 'll-steps ll-steps-across' : 'll-steps'} aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step.id}
          class={`ll-step ll-step-${step.state}`}
          aria-current={step.state === 'current' ? 'step' : undefined}
        >
          <span class="ll-step-mark" aria-hidden="true">
            {step.state === 'done' ? (
              <Icon name="check" />
            ) : step.state === 'failed' ? (
              <Icon name="cross" />
            ) : (
              index + 1
            )}
          </span>
          <div class="ll-step-body">
            <span class="ll-step-title">{step.title}</span>
            <span class="ll-visually-hidden"> ({step.stateText})</span>
            {step.detail && <div class="ll-small">{step.detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
