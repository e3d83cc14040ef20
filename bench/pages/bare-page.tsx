import { render } from 'preact';

/** The least that a precached Preact page can be: a heading, and a worker that keeps its own files. */
function BarePage() {
  return (
    <main>
      <h1>Bare page</h1>
    </main>
  );
}

const root = document.getElementById('app');
if (!root) throw new Error('bare-page.html has no #app');
render(<BarePage />, root);
void navigator.serviceWorker.register('/bare-worker.js');
