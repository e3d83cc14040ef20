import type { ComponentChildren, JSX } from 'preact';
import type { Area, QuizImage } from '#core/quiz/interaction.ts';
import type { BodyContext } from './body-view.tsx';

/** Props of {@link PicturePlane}. */
export interface PicturePlaneProps {
  readonly image: QuizImage;
  readonly body: BodyContext;
  readonly onPoint?: ((x: number, y: number) => void) | undefined;
  readonly children?: ComponentChildren;
}

/** A picture with things on it; children are placed in the picture's own pixels, whatever its size on the screen. */
export function PicturePlane({ image, body, onPoint, children }: PicturePlaneProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the keyboard has its own way beside the picture
    <div
      class="ll-quiz-picture"
      style={{ maxWidth: `${image.width}px`, aspectRatio: `${image.width} / ${image.height}` }}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const x = Math.round(((event.clientX - box.left) / box.width) * image.width);
        const y = Math.round(((event.clientY - box.top) / box.height) * image.height);
        onPoint?.(x, y);
      }}
    >
      <img src={body.urlOf(image.href)} alt={image.alt} draggable={false} />
      {children}
    </div>
  );
}

/** The box around an area, in pixels of the picture. */
export function boxOf({ shape, coords }: Pick<Area, 'shape' | 'coords'>, image: QuizImage) {
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  switch (shape) {
    case 'circle':
      return { x: a - c, y: b - c, width: 2 * c, height: 2 * c };
    case 'ellipse':
      return { x: a - c, y: b - d, width: 2 * c, height: 2 * d };
    case 'rect':
      return { x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(c - a), height: Math.abs(d - b) };
    case 'poly': {
      const xs = coords.filter((_, index) => index % 2 === 0);
      const ys = coords.filter((_, index) => index % 2 === 1);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
    }
    case 'default':
      return { x: 0, y: 0, width: image.width, height: image.height };
  }
}

/** Props of {@link AreaButton}. */
export interface AreaButtonProps {
  readonly area: Area;
  readonly image: QuizImage;
  readonly pressed: boolean;
  readonly disabled: boolean;
  readonly mark?: 'right' | 'wrong' | undefined;
  readonly label: string;
  readonly onPress: () => void;
  readonly onDropped?: (() => void) | undefined;
  readonly children?: ComponentChildren;
}

/** An area of a picture as a button of the same shape. */
export function AreaButton(props: AreaButtonProps): JSX.Element {
  const { area, image, pressed, disabled, mark, label } = props;
  const box = boxOf(area, image);
  const percent = (part: number, whole: number): string => `${(part / whole) * 100}%`;
  const corners: string[] = [];
  if (area.shape === 'poly') {
    for (let index = 0; index + 1 < area.coords.length; index += 2) {
      const [x, y] = [(area.coords[index] ?? 0) - box.x, (area.coords[index + 1] ?? 0) - box.y];
      corners.push(`${percent(x, box.width || 1)} ${percent(y, box.height || 1)}`);
    }
  }
  const isRound = area.shape === 'circle' || area.shape === 'ellipse';
  return (
    <button
      type="button"
      class={`ll-quiz-area${mark ? ` ll-quiz-${mark}` : ''}`}
      style={{
        left: percent(box.x, image.width),
        top: percent(box.y, image.height),
        width: percent(box.width, image.width),
        height: percent(box.height, image.height),
        ...(isRound ? { borderRadius: '50%' } : {}),
        ...(corners.length > 2 ? { clipPath: `polygon(${corners.join(', ')})` } : {}),
      }}
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={(event) => {
        event.stopPropagation();
        props.onPress();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        props.onDropped?.();
      }}
    >
      {props.children}
    </button>
  );
}
