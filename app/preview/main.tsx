import { render } from 'preact';
import '#ui/style.css';
import '../shell/app.css';
import { showLanguage, texts } from '../i18n/texts.ts';
import { App } from '../shell/app.tsx';
import { insideOf } from '../shell/inside.tsx';
import { loadPreferences } from '../shell/preferences.ts';
import { followLocation } from '../shell/routes.ts';
import { followRevision, previewPlatform } from './preview-platform.ts';

loadPreferences();
followLocation();

/** The learner's app on a module that is not published yet, for `leeslicht studio`. */
async function start(into: HTMLElement): Promise<void> {
  const wanted = new URLSearchParams(location.search).get('language');
  await showLanguage(wanted === 'en' || wanted === 'nl' ? wanted : texts.language.value);
  const { platform, revision } = await previewPlatform();
  if (location.hash === '')
    location.hash = `#/module/${encodeURIComponent(platform.modules.list.value[0]?.path ?? '')}`;
  render(<App inside={insideOf(platform)} />, into);
  void followRevision(revision);
}

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
void start(root);
