import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './notice.tsx';

/** Props of {@link Chip}. */
export interface ChipProps {
  readonly tone?: Tone | 'neutral';
  readonly icon?: IconName | undefined;
  readonly children: ComponentChildren;
}

/** A quiet word or number on a state. */
export function Chip({ tone = 'neutral', icon, children }: ChipProps): JSX.Element {
  return (
    <span class={`ll-chip ll-chip-${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}
