import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { texts } from '../../i18n/texts.ts';
import type { TextSurface } from '../../shell/text-surface.ts';
import { COLOURS, type Colour, type Passage } from './marks.ts';

/** Follows what is selected on the surfaces. */
export function useSelection(surfaces: readonly TextSurface[]): Passage | undefined {
  const [passage, setPassage] = useState<Passage>();
  useEffect(() => {
    const documents = new Set(surfaces.map(({ document }) => document));
    let pending: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      for (const document of documents) {
        const selection = document.getSelection();
        if (!selection || selection.isCollapsed || selection.rangeCount === 0) continue;
        const range = selection.getRangeAt(0);
        const surface = surfaces.find(({ root }) => root.contains(range.startContainer));
        const span = surface?.map.spanOf(range);
        if (surface && span && span.end > span.start) return setPassage({ surface, span, range });
      }
      return setPassage(undefined);
    };
    const later = () => {
      clearTimeout(pending);
      // What was selected before is not what a button is pressed for
      setPassage(undefined);
      pending = setTimeout(look, 250);
    };
    for (const document of documents) document.addEventListener('selectionchange', later);
    return () => {
      clearTimeout(pending);
      for (const document of documents) document.removeEventListener('selectionchange', later);
    };
  }, [surfaces]);
  return passage;
}

/** Where a passage stands in the window, whatever frame it is in. */
export function boxOf(range: Range): DOMRect {
  const box = range.getBoundingClientRect();
  const frame = range.startContainer.ownerDocument?.defaultView?.frameElement;
  if (!frame) return box;
  const { left, top } = frame.getBoundingClientRect();
  return new DOMRect(box.left + left, box.top + top, box.width, box.height);
}

/** Puts an element above a passage, or below it where there is no room. */
export function placeBy(element: HTMLElement, box: DOMRect): void {
  const { width, height } = element.getBoundingClientRect();
  const left = Math.min(innerWidth - width - 8, Math.max(8, box.left + box.width / 2 - width / 2));
  const above = box.top - height - 8;
  // A passage may be scrolled out of sight; what belongs to it may not
  const below = Math.max(8, Math.min(innerHeight - height - 8, box.bottom + 8));
  element.style.left = `${left}px`;
  element.style.top = `${above >= 8 && above <= innerHeight - height ? above : below}px`;
}

/** A press on a button must not take the selection away before the button has used it. */
function keepSelection(event: MouseEvent): void {
  event.preventDefault();
}

/** Props of {@link SelectionMenu}. */
export interface SelectionMenuProps {
  readonly passage: Passage;
  readonly onHighlight: (colour: Colour) => void;
  readonly onNote: () => void;
  readonly onListen: (() => void) | undefined;
}

/** What can be done with the words that are selected. */
export function SelectionMenu({ passage, onHighlight, onNote, onListen }: SelectionMenuProps): JSX.Element {
  const { t } = texts;
  const menu = useRef<HTMLDivElement>(null);
  const place = () => menu.current && placeBy(menu.current, boxOf(passage.range));
  // At every rendering: what opens beside the page moves the words
  useLayoutEffect(() => void place());
  useEffect(() => {
    addEventListener('resize', place);
    return () => removeEventListener('resize', place);
  }, [passage]);
  return (
    <div ref={menu} class="ll-selection" role="toolbar" aria-label={t('notes.selection')} onMouseDown={keepSelection}>
      {COLOURS.map((colour) => (
        <button
          key={colour}
          type="button"
          class={`ll-swatch ll-swatch-${colour}`}
          aria-label={t(`notes.mark.${colour}`)}
          title={t(`notes.mark.${colour}`)}
          onClick={() => onHighlight(colour)}
        />
      ))}
      <Button kind="quiet" icon="note" onClick={onNote}>
        {t('notes.write')}
      </Button>
      {onListen && <Button kind="quiet" icon="speak" label={t('listen.fromHere')} onClick={onListen} />}
    </div>
  );
}
