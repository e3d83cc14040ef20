import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import { placeBy } from './selection-menu.tsx';

/** Props of {@link Popover}. */
export interface PopoverProps {
  readonly title: string;
  /** Where in the window the words are that it belongs to. */
  readonly box: DOMRect;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A small explanation beside the words it belongs to. It takes the focus; Escape and a click elsewhere close it. */
export function Popover({ title, box, onClose, children }: PopoverProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const own = element.current;
    if (!own) return;
    placeBy(own, box);
    own.focus();
  }, [box]);
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && element.current?.contains(event.target)) return;
      close.current();
    };
    addEventListener('pointerdown', onDown);
    return () => removeEventListener('pointerdown', onDown);
  }, []);
  return (
    <div
      ref={element}
      class="ll-popover"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <div class="ll-row ll-row-apart">
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="cross" label={texts.t('reader.close')} onClick={onClose} />
      </div>
      {children}
    </div>
  );
}
