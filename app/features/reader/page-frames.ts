import { dress } from './frame-dress.ts';

/** The frames of pages of course material: one is shown, and the next one is got ready where nobody sees it. */
export interface PageFrames {
  /** Takes an element that nobody sees, as large as the place where pages are shown. */
  readonly attach: (room: HTMLElement | null) => void;
  /**
   * Puts the frame of a page into `place`: the one that was got ready, loaded or still loading, or else a new one. The
   * fragment is the `id` to open at.
   */
  bring(address: string, fragment: string | undefined, place: HTMLElement): HTMLIFrameElement;
  /** Begins to load a page, in place of the one that was got ready before. */
  prepare(address: string | undefined): void;
}

/** No frame yet. */
export function pageFrames(): PageFrames {
  let backstage: ShadowRoot | undefined;
  let ready: { readonly address: string; readonly frame: HTMLIFrameElement } | undefined;

  function forget(): void {
    ready?.frame.remove();
    ready = undefined;
  }

  return {
    attach(room) {
      // Closed: what looks for the page in the document finds the one that is read, and no other.
      backstage = room?.attachShadow({ mode: 'closed' });
      backstage?.adoptedStyleSheets.push(filling());
      ready = undefined;
    },
    bring(address, fragment, place) {
      const whole = withFragment(address, fragment);
      if (ready?.address !== address) {
        const frame = courseFrame(whole);
        place.append(frame);
        return frame;
      }
      const { frame } = ready;
      ready = undefined;
      place.moveBefore(frame, null);
      if (whole !== address) frame.src = whole;
      return frame;
    },
    prepare(address) {
      if (ready?.address === address) return;
      forget();
      // Without moveBefore a frame that moves loads again
      if (address === undefined || !backstage || !('moveBefore' in Element.prototype)) return;
      const frame = courseFrame(address);
      ready = { address, frame };
      frame.addEventListener('load', () => {
        if (ready?.frame !== frame) return;
        if (isItsPage(frame)) dress(frame);
        else forget();
      });
      backstage.append(frame);
    },
  };
}

/** As large as in the place where it will be shown: it need not be laid out again there. */
function filling(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('iframe { display: block; width: 100%; height: 100%; border: 0; }');
  return sheet;
}

/** The address of a place in a page, as a frame takes it. */
export function withFragment(address: string, fragment: string | undefined): string {
  return fragment ? `${address}#${fragment}` : address;
}

/** A frame in which no script runs. */
function courseFrame(address: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.className = 'll-frame';
  frame.setAttribute('sandbox', 'allow-same-origin');
  frame.src = address;
  return frame;
}

/** False for the notice that stands for a page which cannot be shown. */
function isItsPage(frame: HTMLIFrameElement): boolean {
  const [answer] = frame.contentWindow?.performance.getEntriesByType('navigation') ?? [];
  return answer !== undefined && 'responseStatus' in answer && answer.responseStatus === 200;
}
