function frame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

async function until<T>(find: () => T | undefined | false | null, what: string): Promise<T> {
  const endMs = performance.now() + 20_000;
  while (performance.now() < endMs) {
    const found = find();
    if (found) return found;
    await frame();
  }
  throw new Error(`waited in vain for ${what}`);
}

/** The frame with a page of course material, loaded to its end. */
function shownFrame(): HTMLIFrameElement | undefined {
  const element = document.querySelector('iframe');
  const inside = element?.contentDocument;
  const isLoaded = inside?.readyState === 'complete' && inside.URL.startsWith('http') && inside.body !== null;
  return element && isLoaded ? element : undefined;
}

/** How long a reader stays on a page at least: longer than it takes until the place is saved. */
const STAY_MS = 500;

/** Turns pages with the reader's button: milliseconds from each click until the next page is loaded and drawn. */
export async function turnPages(count: number): Promise<readonly number[]> {
  const times: number[] = [];
  let before = await until(shownFrame, 'the first page');
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, STAY_MS));
    const link = document.querySelector<HTMLAnchorElement>('.ll-reader-foot a.ll-button-primary');
    if (!link) throw new Error('the reader has no button for the next page');
    const startMs = performance.now();
    link.click();
    const last = before;
    before = await until(() => {
      const now = shownFrame();
      return now && now !== last ? now : undefined;
    }, 'the next page');
    // One more frame, in which it is drawn.
    await frame();
    times.push(performance.now() - startMs);
  }
  return times;
}

/** Whether something is drawn on a canvas: any pixel that is neither white nor empty. */
function isDrawn(canvas: HTMLCanvasElement): boolean {
  if (canvas.width === 0 || canvas.height === 0) return false;
  const small = new OffscreenCanvas(64, 64).getContext('2d');
  if (!small) throw new Error('no canvas');
  small.drawImage(canvas, 0, 0, 64, 64);
  const { data } = small.getImageData(0, 0, 64, 64);
  for (let at = 0; at < data.length; at += 4) {
    const sum = (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0);
    if (data[at + 3] === 255 && sum < 740) return true;
  }
  return false;
}

/** Starts something that shows a PDF: milliseconds until its first page is drawn. */
export async function firstPage(start: () => void): Promise<{ readonly tookMs: number; readonly widthPixels: number }> {
  const startMs = performance.now();
  start();
  const canvas = await until(() => {
    const element = document.querySelector('canvas');
    return element && isDrawn(element) ? element : undefined;
  }, 'the first page of the PDF');
  return { tookMs: performance.now() - startMs, widthPixels: canvas.width / devicePixelRatio };
}
