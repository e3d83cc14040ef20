import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

/** What a notice or chip means. */
export type Tone = 'info' | 'good' | 'warn' | 'bad';

const icons: Record<Tone, IconName> = { info: 'info', good: 'check', warn: 'warning', bad: 'warning' };

/** Props of {@link Notice}. */
export interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: string | undefined;
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  /** Read out at once (`alert`), when there is time (`status`), or as ordinary text (`none`). */
  readonly announce?: 'alert' | 'status' | 'none';
}

/** A few words that matter now, never by colour alone. */
export function Notice({ tone = 'info', title, children, icon, announce = 'none' }: NoticeProps): JSX.Element {
  return (
    <div class={`ll-notice ll-notice-${tone}`} role={announce === 'none' ? undefined : announce}>
      <Icon name={icon ?? icons[tone]} />
      <div class="ll-notice-body">
        {title && <p class="ll-notice-title">{title}</p>}
        {children && <div class="ll-notice-text ll-stack ll-stack-tight">{children}</div>}
      </div>
    </div>
  );
}
