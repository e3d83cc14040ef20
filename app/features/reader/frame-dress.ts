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

/** Lays the reader's stylesheet over the frame's document, in place of an earlier one. */
export function dress(frame: HTMLIFrameElement): void {
  const view = frame.contentDocument?.defaultView;
  if (!view || !frame.contentDocument) return;
  const sheet = new view.CSSStyleSheet();
  // Of a page of fixed layout: its size (formats/module.md 2.9)
  const viewport = frame.contentDocument.querySelector('meta[name="viewport"]');
  const size = parsePageSize(viewport?.getAttribute('content') ?? '');
  const light = currentLight();
  sheet.replaceSync(size ? fixedFrameStyle(size, preferences.value, light) : frameStyle(preferences.value, light));
  frame.contentDocument.adoptedStyleSheets = [sheet];
  if (size) return;
  // Without them the page is shown in other letters, and nothing is lost
  bringFonts(frame.contentDocument, preferences.value.typeface).catch(() => undefined);
}
