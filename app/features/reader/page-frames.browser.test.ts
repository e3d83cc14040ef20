import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PageFrames, pageFrames } from './page-frames.ts';

const room = document.createElement('div');
const place = document.createElement('div');
let frames: PageFrames;
/** What nobody else can look into. */
let inside: ShadowRoot | undefined;
beforeEach(() => {
  const backstage = document.createElement('div');
  const attach = backstage.attachShadow.bind(backstage);
  backstage.attachShadow = (init) => {
    inside = attach(init);
    return inside;
  };
  room.append(backstage, place);
  document.body.append(room);
  frames = pageFrames();
  frames.attach(backstage);
});
afterEach(() => {
  room.replaceChildren();
  place.replaceChildren();
});

const addressOf = (words: string): string =>
  URL.createObjectURL(new Blob([`<!doctype html><title>x</title><p id="p">${words}`], { type: 'text/html' }));

/** Resolves when the page that is got ready has come, or was thrown away. */
async function hasCome(): Promise<void> {
  await expect
    .poll(() => {
      const frame = inside?.querySelector('iframe');
      return (
        !frame || (frame.contentDocument?.URL !== 'about:blank' && frame.contentDocument?.readyState === 'complete')
      );
    })
    .toBe(true);
  // Its load event is the next thing that happens
  await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a page that was got ready is dressed and there at once, without loading again', async () => {
  const address = addressOf('ready');
  frames.prepare(address);
  await hasCome();
  expect(document.querySelector('iframe')).toBeNull();
  // Whoever asks again now gets nothing
  URL.revokeObjectURL(address);
  const frame = frames.bring(address, undefined, place);
  expect(frame.parentElement).toBe(place);
  expect(frame.contentDocument?.body.textContent).toBe('ready');
  expect(frame.contentDocument?.adoptedStyleSheets.length).toBe(1);
  expect(frame.getAttribute('sandbox')).toBe('allow-same-origin');
});

test('a page that was got ready opens at the place that is asked for', async () => {
  const address = addressOf('place');
  frames.prepare(address);
  await hasCome();
  const frame = frames.bring(address, 'p', place);
  await expect.poll(() => frame.contentWindow?.location.hash).toBe('#p');
  expect(frame.contentDocument?.querySelector(':target')?.id).toBe('p');
});

test('another page than the one got ready is loaded as ever', async () => {
  frames.prepare(addressOf('one'));
  const frame = frames.bring(addressOf('two'), undefined, place);
  await expect.poll(() => frame.contentDocument?.body?.textContent).toBe('two');
});

test('what stands for a page that cannot be shown is not kept: the page is asked for again', async () => {
  const address = new URL('/@fs/no-such-page.html', location.href).href;
  expect((await fetch(address)).ok).toBe(false);
  frames.prepare(address);
  await hasCome();
  expect(frames.bring(address, undefined, place).contentDocument?.URL).toBe('about:blank');
});
