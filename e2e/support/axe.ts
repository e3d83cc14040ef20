import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Frame, type Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Fails the test when axe finds anything against WCAG 2.2 AA in the window and its frames, in light or in dark, or
 * something in the window that is in no landmark. The pages in the frames are the authors' own.
 */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // A window that is busy drawing may take the other scheme's colours piece by piece
    await expect.poll(() => violations(page, LANDMARKS), { message: `${what}, ${colorScheme}` }).toEqual([]);
    for (const frame of page.frames()) {
      // The page that is got ready for later is seen by nobody yet
      if (frame !== page.mainFrame() && (await (await frame.frameElement()).isVisible()))
        expect(await inFrame(frame, colorScheme), `${what}, its frame, ${colorScheme}`).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** Everything that can be read stands in a landmark, so that who cannot see the screen finds it. */
const LANDMARKS = { region: { enabled: true } };

function violations(page: Page, rules: object): Promise<readonly string[]> {
  return page.evaluate(`(async () => {
    if (!('axe' in globalThis)) { ${source} }
    // A colour that is still on its way to the other scheme is nobody's colour.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ends = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    // What is not drawn, as inside closed details, never ends.
    const settled = Promise.allSettled(ends.map(({ finished }) => finished));
    await Promise.race([settled, new Promise((done) => setTimeout(done, 1500))]);
    const found = await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      rules: ${JSON.stringify(rules)},
      iframes: false,
    });
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html + ' ' + node.failureSummary));
  })()`);
}

/**
 * A module's page runs no script, so axe cannot run in it: its document is copied, with every style that applies there,
 * into a window of the same size where axe can.
 */
async function inFrame(frame: Frame, colorScheme: 'light' | 'dark'): Promise<readonly string[]> {
  const { html, css, width, height } = await frame.evaluate(() => {
    const copy = document.documentElement.cloneNode(true);
    if (!(copy instanceof HTMLElement)) throw new Error('no document');
    const rulesOf = (sheets: readonly CSSStyleSheet[]) =>
      sheets.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join('\n');
    const copies = [...copy.querySelectorAll('*')];
    for (const style of copy.querySelectorAll('style, link[rel~=stylesheet]')) style.remove();
    // What the app put into the page stands in shadow roots: its copy stands in the open, under the same rules.
    for (const [index, { shadowRoot }] of [...document.documentElement.querySelectorAll('*')].entries()) {
      const host = copies[index];
      if (!shadowRoot || !host) continue;
      const style = document.createElement('style');
      style.textContent = `@scope { ${rulesOf(shadowRoot.adoptedStyleSheets).replaceAll(':host', ':scope')} }`;
      host.innerHTML = shadowRoot.innerHTML;
      host.append(style);
    }
    const css = rulesOf([...document.styleSheets, ...document.adoptedStyleSheets]);
    return { html: copy.outerHTML, css, width: innerWidth, height: innerHeight };
  });
  const copy = await frame.page().context().newPage();
  try {
    await copy.setViewportSize({ width, height });
    await copy.emulateMedia({ colorScheme });
    await copy.setContent(`<!doctype html>${html}`);
    await copy.addStyleTag({ content: css });
    return await violations(copy, {});
  } finally {
    await copy.close();
  }
}
