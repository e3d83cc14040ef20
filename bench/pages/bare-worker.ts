import type { ServiceWorkerScope } from '../../app/worker/service-worker-scope.ts';

declare const self: ServiceWorkerScope & {
  addEventListener(type: 'install', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
};

const NAME = 'bare';

/** Keeps the page and the scripts that it names. */
async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  const html = await (await fetch('/bare-page.html')).text();
  const names = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].flatMap(([, name]) => name ?? []);
  await cache.addAll(['/bare-page.html', ...names]);
  await self.skipWaiting();
}

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const answer = caches.open(NAME).then((cache) => cache.match(event.request));
  event.respondWith(answer.then((kept) => kept ?? fetch(event.request)));
});
