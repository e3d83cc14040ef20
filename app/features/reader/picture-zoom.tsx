import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '#ui/components/button.tsx';
import { Dialog } from '#ui/components/dialog.tsx';
import { texts } from '../../i18n/texts.ts';

/** A picture of a page. */
export interface ZoomedPicture {
  readonly src: string;
  readonly alt: string;
}

/** Props of {@link PictureZoom}. */
export interface PictureZoomProps {
  readonly picture: ZoomedPicture;
  readonly onClose: () => void;
}

const STEPS = [1, 1.5, 2, 3, 4, 6] as const;

/** A picture by itself: plus and minus enlarge it, arrow keys and scroll bars move it. */
export function PictureZoom({ picture, onClose }: PictureZoomProps): JSX.Element {
  const { t } = texts;
  const [step, setStep] = useState(0);
  const view = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const scale = STEPS[step] ?? 1;
  useEffect(() => view.current?.focus(), []);
  useEffect(() => {
    if (image.current) image.current.style.width = `${scale * 100}%`;
  }, [scale]);
  const by = (steps: number) => setStep((before) => Math.min(STEPS.length - 1, Math.max(0, before + steps)));
  return (
    <Dialog
      open
      wide
      title={picture.alt || t('zoom.title')}
      onClose={onClose}
      actions={
        <>
          <Button icon="minus" label={t('zoom.smaller')} disabled={step === 0} onClick={() => by(-1)} />
          <span role="status">{texts.formatPercent(scale)}</span>
          <Button icon="plus" label={t('zoom.larger')} disabled={step === STEPS.length - 1} onClick={() => by(1)} />
          <Button kind="primary" onClick={onClose}>
            {t('reader.close')}
          </Button>
        </>
      }
    >
      <section
        ref={view}
        class="ll-zoom"
        aria-label={t('zoom.how')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === '+' || event.key === '=') by(1);
          else if (event.key === '-') by(-1);
          else return;
          event.preventDefault();
        }}
      >
        <img ref={image} src={picture.src} alt={picture.alt} />
      </section>
    </Dialog>
  );
}
