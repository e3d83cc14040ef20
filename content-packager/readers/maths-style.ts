import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ElementContent } from 'hast';
import type { GeneratedFiles } from './page-context.ts';

const FONT = '@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2';

/**
 * The style sheet for a page with formulas, and the typeface it needs: brackets and roots only grow with a font that
 * has mathematical measures, which few laptops have. STIX Two Math, SIL Open Font License 1.1. Its bytes are the same in
 * every module, so a device keeps them once.
 */
export function mathsStyle(generated: GeneratedFiles): string {
  const bytes = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(FONT)));
  const font = generated.add('woff2', 'font/woff2', bytes);
  const name = font.slice(font.lastIndexOf('/') + 1);
  // No weight of its own, so that a book with a style for its formulas keeps it.
  const css = `@font-face { font-family: "STIX Two Math"; font-display: swap; src: url("${name}") format("woff2"); }\n:where(math) { font-family: "STIX Two Math", math; }\n`;
  return generated.add('css', 'text/css', new TextEncoder().encode(css));
}

/** Whether there is a formula among these elements. */
export function hasMaths(children: readonly ElementContent[]): boolean {
  return children.some((child) => child.type === 'element' && (child.tagName === 'math' || hasMaths(child.children)));
}
