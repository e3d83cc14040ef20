import { render } from 'preact';
import { z } from 'zod';
import '#ui/style.css';
import './desk.css';
import { App } from './app.tsx';

// Zod's fast path compiles code at run time, which the desk's CSP forbids.
z.config({ jitless: true });

const root = document.getElementById('desk');
if (root) render(<App />, root);
