import axe from 'axe-core';
import { expect } from 'vitest';
import { page } from 'vitest/browser';

/** Where to put pictures of the screens, for a person to look at: set VITE_SHOTS to a folder in the project. */
const { VITE_SHOTS: shots } = import.meta.env;

/** A laptop's screen, a narrow one, and a laptop's at 200 %. */
export const SCREEN_SIZES = [
  [1366, 768],
  [400, 800],
  [683, 384],
] as const;

/** For tests: looks at what stands in `root` on a screen of this size. WCAG 2.2 AA holds, and nothing scrolls sideways. */
export async function lookAt(root: Element, name: string, [width, height]: readonly [number, number]): Promise<void> {
  await page.viewport(width, height);
  await new Promise((resolve) => setTimeout(resolve, 150));
  if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png` });
  const { violations } = await axe.run(root, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    iframes: false,
  });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('|')}`),
    `${name} ${width}`,
  ).toEqual([]);
  expect(document.documentElement.scrollWidth, 'no scrolling sideways').toBeLessThanOrEqual(width);
}
