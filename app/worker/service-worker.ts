import { cacheNames } from 'workbox-core';
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { type DeviceDatabase, openDeviceDatabase } from '../platform/device/device-database.ts';
import type { WorkerNews, WorkerRequest } from './messages.ts';
import { grantKeeper } from './reading-grant.ts';
import { moduleServer } from './serve-module.ts';
import type { ServiceWorkerScope } from './service-worker-scope.ts';

declare const self: ServiceWorkerScope;

let opened: Promise<DeviceDatabase> | undefined;

/** Opened when first needed, and again after a failure or after another page asked to change the stores. */
function database(): Promise<DeviceDatabase> {
  opened ??= openDeviceDatabase().then((connection) => {
    connection.addEventListener('close', () => {
      opened = undefined;
    });
    return connection;
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

async function tellPages(news: WorkerNews): Promise<void> {
  for (const client of await self.clients.matchAll({ type: 'window', includeUncontrolled: false })) {
    client.postMessage(news);
  }
}

const grants = grantKeeper(database, () => Date.now());
const serve = moduleServer({
  database,
  grants,
  origin: self.location.origin,
  onDamage: (damage) => void tellPages({ kind: 'damaged', ...damage }),
});

async function take(request: WorkerRequest): Promise<void> {
  if ('type' in request) {
    // Only a page says so, when the learner is idle: a lesson is never replaced under the reader's eyes.
    if (request.type === 'SKIP_WAITING') await self.skipWaiting();
  } else if (request.kind === 'grant') await grants.give(request.keys, request.language);
  else await grants.close();
}

self.addEventListener('message', (event) => {
  const { data, ports }: { data: WorkerRequest; ports: readonly MessagePort[] } = event;
  event.waitUntil(take(data).then(() => ports[0]?.postMessage('taken')));
});

self.addEventListener('install', (event) => {
  // Names below assets/ carry their hash: the browser itself reads them from the cache, side by side, while this starts.
  const route = {
    condition: { urlPattern: '/assets/*', requestMethod: 'GET' },
    source: { cacheName: cacheNames.precache },
  } as const;
  // A browser that refuses the rule asks the worker: no reason not to be installed.
  if (event.addRoutes) event.waitUntil(event.addRoutes([route]).catch(() => undefined));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || !url.pathname.startsWith('/m/')) return;
  const isRead = event.request.method === 'GET' || event.request.method === 'HEAD';
  event.respondWith(
    isRead ? serve(event.request) : new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } }),
  );
});

cleanupOutdatedCaches();
// Everything else, /dock and /repository above all, goes past the worker to the network untouched.
precacheAndRoute(self.__WB_MANIFEST);
