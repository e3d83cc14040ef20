import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came to the wire. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  /** The answer's bytes, when it has been passed on whole. */
  answer: Buffer | undefined;
}

/** What the wire does with a request that a test has an eye on. */
export type Treatment =
  | { readonly kind: 'pass' }
  /** Passed on only when the promise resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  /** Reaches the station whole, but its answer never comes back: the cable is pulled in between. */
  | { readonly kind: 'loseAnswer' };

/**
 * The cable between a browser and everything else: an HTTP proxy of the test's own. Whatever a page, a frame, a worker
 * or a service worker asks for passes here, to any address at all, so what is not in `requests` was not asked for.
 */
export interface Wire {
  /** For the browser's proxy setting. */
  readonly server: string;
  readonly requests: Seen[];
  /** From now on every request is noted, and its connection dropped. */
  cut(): void;
  mend(): void;
  /** Decides about each request to come; `undefined` lets all pass. */
  treat(decide: ((seen: Seen) => Treatment) | undefined): void;
  close(): Promise<void>;
}

/** Opens a wire on a free port. */
export async function openWire(): Promise<Wire> {
  const requests: Seen[] = [];
  let isCut = false;
  let decide: ((seen: Seen) => Treatment) | undefined;
  const server = createServer((incoming, outgoing) => {
    const seen: Seen = { method: incoming.method ?? '', url: incoming.url ?? '', answer: undefined };
    requests.push(seen);
    // Ends with the test's browser or with the cut: neither is the wire's business.
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    if (isCut) return void outgoing.destroy();
    const treatment = decide?.(seen) ?? { kind: 'pass' };
    if (treatment.kind === 'hold') void treatment.until.then(() => pass(seen, incoming, outgoing, false));
    else pass(seen, incoming, outgoing, treatment.kind === 'loseAnswer');
  });
  // https or a web socket asks for a tunnel: noted, and refused.
  server.on('connect', (incoming: IncomingMessage, socket) => {
    requests.push({ method: 'CONNECT', url: `https://${incoming.url ?? ''}`, answer: undefined });
    socket.on('error', () => undefined);
    socket.destroy();
  });
  await listen(server);
  const { port } = address(server);
  return {
    server: `http://127.0.0.1:${port}`,
    requests,
    cut() {
      isCut = true;
      server.closeAllConnections();
    },
    mend() {
      isCut = false;
    },
    treat(next) {
      decide = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function pass(seen: Seen, incoming: IncomingMessage, outgoing: ServerResponse, losesAnswer: boolean): void {
  if (!URL.canParse(seen.url)) return void outgoing.destroy();
  const { 'proxy-connection': _hop, ...headers } = incoming.headers;
  const onward = request(seen.url, { method: seen.method, headers }, (answer) => {
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('error', () => outgoing.destroy());
    answer.on('end', () => {
      seen.answer = Buffer.concat(parts);
      if (losesAnswer) outgoing.destroy();
    });
    if (losesAnswer) return;
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  // Nobody listens there, or it went away: the browser sees a connection that broke, as with a cable.
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function listen(server: Server): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
}

function address(server: Server): AddressInfo {
  const found = server.address();
  if (typeof found !== 'object' || found === null) throw new Error('not listening');
  return found;
}
