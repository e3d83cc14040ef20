import type { WorkerFetchEvent, WorkerMessageEvent } from '../worker/service-worker-scope.ts';
import type { WorkerOrder } from './sandbox-messages.ts';
import { usageBytes, wipeStorage } from './sandbox-storage.ts';
import { contentServer } from './serve-content.ts';

interface LifetimeEvent {
  waitUntil(work: Promise<unknown>): void;
}

/** What this worker uses of its global scope. */
interface SandboxWorkerScope {
  /** Written in by the build. */
  readonly __PLAYER_FILES: { readonly page: string; readonly script: string };
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerMessageEvent) => void): void;
  addEventListener(type: 'install' | 'activate', listener: (event: LifetimeEvent) => void): void;
}
declare const self: SandboxWorkerScope;

const { origin, href } = self.location;
const server = contentServer({
  origin,
  appOrigin: new URL(href).searchParams.get('app') ?? "'none'",
  files: self.__PLAYER_FILES,
  usageBytes,
  wipe: wipeStorage,
});

async function take(event: WorkerMessageEvent): Promise<void> {
  const order: WorkerOrder = event.data;
  const [port] = event.ports;
  const { source } = event;
  if (order.kind !== 'open' || port === undefined || source === null || !('id' in source) || !('url' in source)) return;
  // Only the player page opens: content is below /c/, and the address a page was made with cannot be changed.
  if (new URL(String(source.url)).pathname !== '/') return;
  if (await server.open(String(source.id), order.session, order.runtime, port))
    source.postMessage({ kind: 'opened', session: order.session }, { targetOrigin: origin });
}

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.waitUntil(take(event)));
self.addEventListener('fetch', (event) => {
  // Content's own policy lets nothing out; if it ever did, the worker does not.
  const isOwn = new URL(event.request.url).origin === origin;
  event.respondWith(isOwn ? server.serve(event.request) : Response.error());
});
