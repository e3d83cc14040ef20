import type { ComponentChildren, JSX, Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';

/** How much a button asks for attention; one `primary` a screen. */
export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'caution' | 'danger';

interface Look {
  readonly kind?: ButtonKind;
  readonly large?: boolean;
  readonly wide?: boolean;
  readonly icon?: IconName | undefined;
  readonly iconAfter?: IconName | undefined;
}

/** Props of {@link Button}. */
export interface ButtonProps extends Look {
  readonly children?: ComponentChildren;
  readonly onClick?: ((event: MouseEvent) => void) | undefined;
  readonly type?: 'button' | 'submit';
  readonly disabled?: boolean | undefined;
  /** Says the name when the button shows only an icon. */
  readonly label?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly expanded?: boolean | undefined;
  readonly controls?: string | undefined;
  readonly buttonRef?: Ref<HTMLButtonElement> | undefined;
}

function classOf({ kind = 'secondary', large, wide }: Look): string {
  return ['ll-button', `ll-button-${kind}`, large && 'll-button-large', wide && 'll-button-wide']
    .filter(Boolean)
    .join(' ');
}

/** A real button, at least 44 px in both directions. */
export function Button(props: ButtonProps): JSX.Element {
  return (
    <button
      ref={props.buttonRef ?? null}
      type={props.type ?? 'button'}
      class={classOf(props)}
      disabled={props.disabled ?? false}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-controls={props.controls}
      onClick={(event) => props.onClick?.(event)}
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
      {props.iconAfter && <Icon name={props.iconAfter} />}
    </button>
  );
}

/** Props of {@link LinkButton}. */
export interface LinkButtonProps extends Look {
  readonly href: string;
  readonly children?: ComponentChildren;
  readonly download?: string | undefined;
  readonly label?: string | undefined;
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton(props: LinkButtonProps): JSX.Element {
  return (
    <a href={props.href} class={classOf(props)} download={props.download} aria-label={props.label}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
      {props.iconAfter && <Icon name={props.iconAfter} />}
    </a>
  );
}

/** The way back to the list that this page belongs to; stands above the page's heading. */
export function BackLink(props: { readonly href: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <a href={props.href} class="ll-button ll-button-quiet ll-back">
      <Icon name="left" />
      {props.children}
    </a>
  );
}
