/** An event whose work the browser waits for. */
interface LifetimeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

/** A rule by which the browser answers without waking the worker: https://w3c.github.io/ServiceWorker/#dom-installevent-addroutes */
interface StaticRoute {
  readonly condition: { readonly urlPattern: string; readonly requestMethod: 'GET' };
  readonly source: { readonly cacheName: string };
}

/** The worker is being installed. */
export interface WorkerInstallEvent extends LifetimeEvent {
  /** Chromium 123 and later. */
  addRoutes?(routes: readonly StaticRoute[]): Promise<void>;
}

/** A request that the worker may answer. */
export interface WorkerFetchEvent extends LifetimeEvent {
  readonly request: Request;
  respondWith(response: Promise<Response> | Response): void;
}

/** A message of a page. */
export interface WorkerMessageEvent extends MessageEvent {
  waitUntil(work: Promise<unknown>): void;
}

/** A page that the worker serves. */
interface WorkerClient {
  postMessage(message: unknown): void;
}

/** What this service worker uses of its global scope: the WebWorker types and the DOM's do not go together. */
export interface ServiceWorkerScope {
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: {
      readonly type: 'window';
      readonly includeUncontrolled: boolean;
    }): Promise<readonly WorkerClient[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listener: (event: WorkerInstallEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerFetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerMessageEvent) => void): void;
  addEventListener(type: 'activate', listener: (event: LifetimeEvent) => void): void;
}
