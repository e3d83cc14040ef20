import { Scorm12API, Scorm2004API } from 'scorm-again';
import type { OpenDocument, PlayerHello, PlayerNews, WorkerOrder } from './sandbox-messages.ts';

const STAY_MS = 10_000;
const appOrigin = location.ancestorOrigins[0] ?? '';

/** Asks the browser for the worker of this origin and waits until it answers for this page. */
async function controller(): Promise<ServiceWorker> {
  const container = navigator.serviceWorker;
  await container.register(`/service-worker.js?app=${encodeURIComponent(appOrigin)}`, { updateViaCache: 'none' });
  while (container.controller === null)
    await new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  return container.controller;
}

function openInWorker(worker: ServiceWorker, { session, runtime }: OpenDocument, bytes: MessagePort): Promise<void> {
  const opened = new Promise<void>((resolve) => {
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data?.kind === 'opened' && data.session === session) resolve();
    });
  });
  const order: WorkerOrder = { kind: 'open', session, runtime };
  worker.postMessage(order, [bytes]);
  const stay: WorkerOrder = { kind: 'stay' };
  setInterval(() => worker.postMessage(stay), STAY_MS);
  return opened;
}

/** Puts the API that SCORM content looks for in its parent, and tells the app each change. */
function offerScorm(open: OpenDocument, tell: (news: PlayerNews) => void): void {
  const is12 = open.runtime === 'scorm12';
  const api = is12 ? new Scorm12API({ logLevel: 5 }) : new Scorm2004API({ logLevel: 5 });
  if (open.state !== undefined) api.loadFromJSON(resumed(open.state, is12), 'cmi');
  let isTerminated = false;
  const report = (): void => {
    const rendered: { cmi?: unknown } = api.renderCMIToJSONObject();
    tell({ kind: 'scorm', cmi: JSON.stringify(rendered.cmi ?? rendered), isTerminated });
  };
  let isWaiting = false;
  const soon = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    queueMicrotask(() => {
      isWaiting = false;
      // What was set before the end went along with it.
      if (!isTerminated) report();
    });
  };
  const [set, commit, terminate] = is12
    ? ['LMSSetValue.cmi.*', 'LMSCommit', 'LMSFinish']
    : ['SetValue.cmi.*', 'Commit', 'Terminate'];
  api.on(set, soon);
  api.on(commit, soon);
  api.on(terminate, () => {
    isTerminated = true;
    report();
  });
  Reflect.set(window, is12 ? 'API' : 'API_1484_11', api);
}

/** The data model as content left it, for the next beginning: it is told that it resumes, and its session starts anew. */
function resumed(state: string, is12: boolean): Record<string, unknown> {
  const cmi = JSON.parse(state);
  const { exit: _exit, session_time: _time, ...rest } = is12 ? cmi.core : cmi;
  const again = { ...rest, entry: 'resume' };
  return is12 ? { ...cmi, core: again } : again;
}

function show(open: OpenDocument): void {
  const frame = document.createElement('iframe');
  frame.title = open.title;
  const query = open.parameters === '' ? '' : `?${open.parameters}`;
  frame.src = `/c/${open.session}/${open.href.split('/').map(encodeURIComponent).join('/')}${query}`;
  // A policy without inline styles leaves the object model.
  Object.assign(document.body.style, { margin: '0' });
  Object.assign(frame.style, { position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0' });
  document.body.append(frame);
  frame.focus();
}

async function start(open: OpenDocument, bytes: MessagePort, results: MessagePort): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  await openInWorker(await controller(), open, bytes);
  const tell = (news: PlayerNews): void => results.postMessage(news);
  if (open.runtime === 'h5p') {
    addEventListener('message', ({ data, origin }) => {
      if (origin === location.origin && data?.kind === 'xapi' && typeof data.statement === 'string')
        tell({ kind: 'xapi', statement: data.statement });
    });
  } else offerScorm(open, tell);
  show(open);
}

async function hello(): Promise<void> {
  await controller();
  const opened = new Promise<MessageEvent<OpenDocument>>((resolve) => {
    addEventListener('message', (event) => {
      if (event.source === parent && event.origin === appOrigin && event.data?.kind === 'leeslicht-open')
        resolve(event);
    });
  });
  const ready: PlayerHello = { kind: 'leeslicht-player-ready' };
  parent.postMessage(ready, appOrigin);
  const { data, ports } = await opened;
  const [bytes, results] = ports;
  if (bytes && results) await start(data, bytes, results);
}

void hello();
