import { render } from 'preact';
import '#ui/style.css';
import './studio.css';
import { i18n } from './i18n/texts.ts';
import { StudioPage } from './studio-page.tsx';

document.documentElement.lang = i18n.language.value;
const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
render(<StudioPage />, root);
