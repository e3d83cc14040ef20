import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

/** Props of {@link ProgressBar}. */
export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; absent while nobody knows how much there is. */
  readonly fraction?: number | undefined;
  /** The number in words, "3 of 7". */
  readonly text?: string | undefined;
  readonly hideLabel?: boolean;
}

/** A native progress bar with its name and its number. */
export function ProgressBar({ label, fraction, text, hideLabel }: ProgressBarProps): JSX.Element {
  const id = useId();
  return (
    <div class="ll-progress">
      <div class={hideLabel && !text ? 'll-visually-hidden' : 'll-progress-head'}>
        <span id={id} class={hideLabel ? 'll-visually-hidden' : undefined}>
          {label}
        </span>
        {text && <span>{text}</span>}
      </div>
      <progress class="ll-progress-bar" aria-labelledby={id} max={1} value={fraction} />
    </div>
  );
}
