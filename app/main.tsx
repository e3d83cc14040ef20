import { render } from 'preact';
import '#ui/style.css';
import './shell/app.css';
import { showLanguage, texts } from './i18n/texts.ts';
import { type Door, openDoor, wasEnrolled } from './platform/door.ts';
import { App, type Inside } from './shell/app.tsx';
import { ScreenFailed } from './shell/lazy.tsx';
import { loadPreferences } from './shell/preferences.ts';
import { followLocation } from './shell/routes.ts';

const LONGEST_WAIT_MS = 300;

loadPreferences();
followLocation();

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

/** Resolves when the first screen is drawn: when the browser has nothing left to do, or soon after. */
function drawn(): Promise<unknown> {
  return new Promise((resolve) => requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS }));
}

async function bringInside(door: Promise<Door>): Promise<Inside> {
  const opened = await door;
  // A device without a licence has no first screen to draw before this.
  if (opened.isEnrolled) await drawn();
  const { openInside } = await import('./open-inside.ts');
  return openInside(opened);
}

/** No `await` at the top: a lazy part that waits for this file would wait for itself. */
async function start(into: HTMLElement): Promise<void> {
  const language = showLanguage(texts.language.value);
  const door = openDoor();
  const inside = bringInside(door);
  // Met below; but the texts may fail first.
  inside.catch(() => undefined);
  try {
    await language;
    // The screen that asks for the PIN stands before the database is open; it gets its name when that is.
    if (wasEnrolled()) render(<App inside={inside} />, into);
    const { isEnrolled, learnerLabel } = await door;
    if (isEnrolled) render(<App learnerLabel={learnerLabel} inside={inside} />, into);
    render(<App learnerLabel={learnerLabel} inside={await inside} />, into);
  } catch (error) {
    // Nothing of the learner's is touched: the screen says so and offers to try again.
    console.error(error);
    // Without its texts the screen still has its button.
    await language.catch(() => undefined);
    render(<ScreenFailed />, into);
  }
}

void start(root);
