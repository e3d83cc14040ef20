import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** Props of {@link Dialog}. */
export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  /** Called on Escape and by your own cancel button; set `open` to false in it. */
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
}

/** A modal question in the browser's own dialog: it keeps the focus inside and gives it back afterwards. */
export function Dialog({ open, title, onClose, children, actions, wide }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class={wide ? 'll-dialog ll-dialog-wide' : 'll-dialog'}
      aria-labelledby={id}
      onClose={() => {
        if (open) onClose();
      }}
    >
      {open && (
        <div class="ll-stack">
          <h2 id={id}>{title}</h2>
          {children}
          {actions && <div class="ll-dialog-actions">{actions}</div>}
        </div>
      )}
    </dialog>
  );
}
