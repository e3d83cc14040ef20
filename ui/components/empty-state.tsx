import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

/** Props of {@link EmptyState}. */
export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  /** 1 where this is all that the page says. */
  readonly level?: 1 | 2;
  readonly children?: ComponentChildren;
}

/** What there will be here, and how to get it. */
export function EmptyState({ icon, title, text, level = 2, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="ll-empty">
      <Icon name={icon} />
      {level === 1 ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
