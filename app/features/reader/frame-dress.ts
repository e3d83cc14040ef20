import { parsePageSize } from '#core/module/page-size.ts';
import { preferences } from '../../shell/preferences.ts';
import { bringFonts } from './frame-fonts.ts';
import { fixedFrameStyle, frameStyle, type Light } from './frame-style.ts';

/** Whether the machine asks for dark screens. */
export const darkQuery = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

/** The light that the learner reads in at this moment. */
function currentLight(): Light {
  const { theme } = preferences.value;
  if (theme === 'sepia') return 'sepia';
  return theme === 'dark' || (theme === 'auto' && darkQuery().matches) ? 'night' : 'day';
}

/** What each document wears: the same again would only be laid out once more. */
const worn = new WeakMap<Document, string>();

/** Lays the reader's stylesheet over the frame's document, in place of an earlier one. */
export function dress(frame: HTMLIFrameElement): void {
  const inside = frame.contentDocument;
  const view = inside?.defaultView;
  if (!inside || !view) return;
  // Of a page of fixed layout: its size (formats/module.md 2.9)
  const size = parsePageSize(inside.querySelector('meta[name="viewport"]')?.getAttribute('content') ?? '');
  const light = currentLight();
  const style = size ? fixedFrameStyle(size, preferences.value, light) : frameStyle(preferences.value, light);
  if (worn.get(inside) === style) return;
  worn.set(inside, style);
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(style);
  inside.adoptedStyleSheets = [sheet];
  if (size) return;
  // Without them the page is shown in other letters, and nothing is lost
  bringFonts(inside, preferences.value.typeface).catch(() => undefined);
}
