import type { Workbox } from 'workbox-window';
import type { WorkerNews, WorkerRequest } from '../worker/messages.ts';
import type { Damage } from './platform.ts';

/** The service worker, as the page speaks to it. */
export interface WorkerLink {
  /** Resolves when the worker in control has taken the message, or after a second when there is none. */
  send(request: WorkerRequest): Promise<void>;
  /** Starts the waiting version of the app and loads the page again. */
  applyUpdate(): void;
}

/** What the page wants to hear from the worker. */
export interface WorkerListener {
  readonly onUpdateReady: () => void;
  readonly onDamage: (damage: Damage) => void;
  /** A worker took control: it needs the reading grant. */
  readonly onControl: () => void;
}

const ANSWER_MS = 1000;

/**
 * Registers the service worker. A new version waits, whole, until `applyUpdate`: a lesson is never replaced while it is
 * read.
 */
export function registerServiceWorker(listener: WorkerListener): WorkerLink {
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<WorkerNews | null>) => {
    if (data?.kind === 'damaged') listener.onDamage({ path: data.path, href: data.href });
  });
  const workbox = register(listener);
  workbox.catch((cause: unknown) => {
    // Without a worker the app still opens, hands work over and syncs; module pages stay closed.
    console.error(cause);
  });
  return {
    send: (request) =>
      new Promise((resolve) => {
        const worker = navigator.serviceWorker.controller;
        if (!worker) return resolve();
        const { port1, port2 } = new MessageChannel();
        const timer = setTimeout(resolve, ANSWER_MS);
        port1.onmessage = () => {
          clearTimeout(timer);
          resolve();
        };
        worker.postMessage(request, [port2]);
      }),
    applyUpdate: () => void workbox.then((it) => it.messageSkipWaiting()),
  };
}

/** The worker of an earlier start controls the page already: what registers and updates it is loaded behind the screen. */
async function register(listener: WorkerListener): Promise<Workbox> {
  const { Workbox } = await import('workbox-window');
  const workbox = new Workbox('/service-worker.js');
  workbox.addEventListener('waiting', listener.onUpdateReady);
  workbox.addEventListener('controlling', (event) => {
    if (event.isUpdate === true) location.reload();
    else listener.onControl();
  });
  await workbox.register();
  return workbox;
}
