import { render } from 'preact';
import '#ui/style.css';
import './shell/app.css';
import { chooseLanguage, texts } from './i18n/texts.ts';
import { createPlatform } from './platform/index.ts';
import { App } from './shell/app.tsx';
import { ScreenFailed } from './shell/lazy.tsx';
import { loadPreferences } from './shell/preferences.ts';
import { followLocation } from './shell/routes.ts';

loadPreferences();
chooseLanguage(texts.language.value);
followLocation();

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

try {
  const platform = await createPlatform();
  render(<App platform={platform} />, root);
} catch (error) {
  // Nothing of the learner's is touched: the screen says so and offers to try again.
  console.error(error);
  render(<ScreenFailed />, root);
}
