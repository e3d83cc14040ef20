import { afterEach, expect, it } from 'vitest';
import type { AppAnswer, WorkerAsk } from './sandbox-messages.ts';
import { type ContentServer, contentServer } from './serve-content.ts';

const origin = 'http://127.0.0.1:8082';
const session = 'a'.repeat(32);
const big = new Uint8Array(2.5 * 1024 * 1024).map((_, index) => index % 251);
const ports: MessagePort[] = [];
const asked: WorkerAsk[] = [];
let wiped = 0;

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  asked.length = 0;
  wiped = 0;
});

/** The app's end of a channel: two files, of which one is damaged. */
function appPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  port1.onmessage = ({ data }: MessageEvent<WorkerAsk>) => {
    asked.push(data);
    const answer = (message: AppAnswer): void => port1.postMessage(message);
    if (data.kind === 'usage') return;
    const { id, href } = data;
    if (href !== 'film.mp4' && href !== 'torn.js') answer({ kind: 'none', id });
    else if (data.kind === 'stat') answer({ kind: 'stat', id, type: 'video/mp4', sizeBytes: big.length });
    else if (href === 'torn.js') answer({ kind: 'none', id });
    else answer({ kind: 'read', id, bytes: big.slice(data.begin, data.end) });
  };
  return port2;
}

async function opened(): Promise<ContentServer> {
  const server = contentServer({
    origin,
    appOrigin: 'http://127.0.0.1:8081',
    files: { page: 'page', script: 'script' },
    usageBytes: async () => 5,
    wipe: async () => {
      wiped += 1;
    },
  });
  expect(await server.open('player', session, 'scorm12', appPort())).toBe(true);
  return server;
}

const get = (server: ContentServer, path: string, init: RequestInit = {}): Promise<Response> =>
  server.serve(new Request(`${origin}${path}`, init));

it('streams a large file piece by piece, whole and in ranges', async () => {
  const server = await opened();
  const whole = await get(server, `/c/${session}/film.mp4`);
  expect(whole.status).toBe(200);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  expect(bytes.length).toBe(big.length);
  expect(bytes.every((byte, index) => byte === big[index])).toBe(true);
  const part = await get(server, `/c/${session}/film.mp4`, { headers: { range: 'bytes=1048570-1048580' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe(`bytes 1048570-1048580/${big.length}`);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(big.slice(1048570, 1048581));
  expect((await get(server, `/c/${session}/film.mp4`, { headers: { range: 'bytes=9999999-' } })).status).toBe(416);
});

it('gives one channel to one page and one session: content that asks again gets nothing', async () => {
  const server = await opened();
  expect(wiped).toBe(1);
  expect(await server.open('player', 'b'.repeat(32), 'h5p', appPort())).toBe(false);
  expect(await server.open('another page', session, 'h5p', appPort())).toBe(false);
  expect(await server.open('', 'b'.repeat(32), 'h5p', appPort())).toBe(false);
  expect(await server.open('another page', '../x', 'h5p', appPort())).toBe(false);
  expect((await get(server, `/c/${'b'.repeat(32)}/film.mp4`)).status).toBe(404);
  expect(wiped).toBe(1);
});

it('answers damaged and unknown files, other sessions, other methods and other addresses with 404', async () => {
  const server = await opened();
  for (const path of [
    `/c/${session}/torn.js`,
    `/c/${session}/missing.js`,
    `/c/${session}/`,
    `/c/${session}/%ff`,
    `/c/${'c'.repeat(32)}/film.mp4`,
    '/service-worker.js',
    '/index.html',
    '/dock/hello',
  ])
    expect((await get(server, path)).status, path).toBe(404);
  expect((await get(server, `/c/${session}/film.mp4`, { method: 'POST', body: 'x' })).status).toBe(404);
});

it('sends with every answer a policy that names the own session only', async () => {
  const server = await opened();
  for (const path of ['/', '/player.js', `/c/${session}/film.mp4`, `/c/${session}/missing.js`, '/x']) {
    const { headers } = await get(server, path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, path).toMatch(/^default-src 'none'; /);
    expect(policy, path).toContain('sandbox allow-scripts allow-same-origin');
    expect(policy, path).not.toMatch(/'self'|\*|https?:(?!\/\/127\.0\.0\.1:808[12])/);
    expect(headers.get('connection-allowlist'), path).toBe('(response-origin)');
  }
  const content = (await get(server, `/c/${session}/film.mp4`)).headers.get('content-security-policy') ?? '';
  const sources = content.split('; ').filter((directive) => !directive.startsWith('frame-ancestors'));
  for (const [address] of sources.join(' ').matchAll(/https?:\S+/g)) expect(address).toBe(`${origin}/c/${session}/`);
});

it('lets SCORM evaluate text, and H5P not', async () => {
  const server = await opened();
  expect(await server.open('second player', 'd'.repeat(32), 'h5p', appPort())).toBe(true);
  const policyOf = async (name: string): Promise<string> =>
    (await get(server, `/c/${name}/film.mp4`)).headers.get('content-security-policy') ?? '';
  expect(await policyOf(session)).toContain("'unsafe-eval'");
  expect(await policyOf('d'.repeat(32))).not.toContain("'unsafe-eval'");
});
