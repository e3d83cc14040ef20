import type { Runtime } from '#core/module/manifest.ts';
import { parseRange } from '../worker/byte-range.ts';
import { contentPolicy, playerPolicy, sandboxHeaders } from './sandbox-headers.ts';
import type { AppAnswer, WorkerAsk } from './sandbox-messages.ts';

/** What the worker is, beside its sessions. */
export interface ContentServerOptions {
  readonly origin: string;
  readonly appOrigin: string;
  /** The player, as the build wrote it into the worker: no cache that content could change. */
  readonly files: { readonly page: string; readonly script: string };
  readonly usageBytes: () => Promise<number>;
  readonly wipe: () => Promise<void>;
}

/** The worker's answers, apart from the worker's events. */
export interface ContentServer {
  /** Takes a channel to the app; false when page or session has had one. `opener` is the page's id. */
  open(opener: string, session: string, runtime: Runtime, port: MessagePort): Promise<boolean>;
  serve(request: Request): Promise<Response>;
}

const PIECE_BYTES = 1024 * 1024;

/** One opening of a document: where its bytes come from, each piece verified by the app. */
interface Session {
  readonly policy: string;
  stat(href: string): Promise<{ readonly type: string; readonly sizeBytes: number } | undefined>;
  read(href: string, begin: number, end: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Answers every request of the sandbox's origin (formats/module.md 8.2). */
export function contentServer(options: ContentServerOptions): ContentServer {
  const { origin, appOrigin, files } = options;
  const own = playerPolicy(origin, appOrigin);
  const sessions = new Map<string, Session>();
  const openers = new Set<string>();

  return {
    async open(opener, session, runtime, port) {
      // The player speaks before any content runs: who comes second is content, and gets nothing.
      if (opener === '' || openers.has(opener) || sessions.has(session) || !/^[0-9a-f]{32}$/.test(session))
        return false;
      openers.add(opener);
      await options.wipe();
      sessions.set(session, openSession(contentPolicy(origin, appOrigin, session, runtime), port, options));
      return true;
    },
    async serve(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/')
        return new Response(files.page, { headers: sandboxHeaders(own, 'text/html;charset=utf-8') });
      if (pathname === '/player.js')
        return new Response(files.script, { headers: sandboxHeaders(own, 'text/javascript;charset=utf-8') });
      const [, name = '', path = ''] = /^\/c\/([0-9a-f]{32})\/(.+)$/.exec(pathname) ?? [];
      const session = sessions.get(name);
      const href = decoded(path);
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      if (session === undefined || href === undefined || !isRead) return none(session?.policy ?? own);
      return answer(session, request, href);
    },
  };
}

async function answer(session: Session, request: Request, href: string): Promise<Response> {
  const stat = await session.stat(href);
  if (stat === undefined) return none(session.policy);
  const headers = new Headers(sandboxHeaders(session.policy, stat.type));
  const range = parseRange(request.headers.get('range'), stat.sizeBytes);
  if (range.kind === 'unsatisfiable') {
    headers.set('content-range', `bytes */${stat.sizeBytes}`);
    return new Response(null, { status: 416, headers });
  }
  const { begin, end } = range.kind === 'part' ? range : { begin: 0, end: stat.sizeBytes };
  headers.set('content-length', String(end - begin));
  if (range.kind === 'part') headers.set('content-range', `bytes ${begin}-${end - 1}/${stat.sizeBytes}`);
  const status = range.kind === 'part' ? 206 : 200;
  if (request.method === 'HEAD' || end === begin) return new Response(null, { status, headers });
  // The first piece is verified before the answer begins: damage there is a plain 404.
  const first = await session.read(href, begin, Math.min(end, begin + PIECE_BYTES));
  return first === undefined
    ? none(session.policy)
    : new Response(bodyOf(session, href, first, begin, end), { status, headers });
}

function bodyOf(session: Session, href: string, first: Uint8Array<ArrayBuffer>, begin: number, end: number): BodyInit {
  if (first.length === end - begin) return first;
  let at = begin + first.length;
  let waiting: Uint8Array<ArrayBuffer> | undefined = first;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const piece = waiting ?? (await session.read(href, at, Math.min(end, at + PIECE_BYTES)));
        if (piece === undefined) {
          controller.error(new Error('the file is damaged'));
          return;
        }
        if (waiting === undefined) at += piece.length;
        waiting = undefined;
        controller.enqueue(piece);
        if (at >= end) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
}

function openSession(
  policy: string,
  port: MessagePort,
  { usageBytes, wipe }: Pick<ContentServerOptions, 'usageBytes' | 'wipe'>,
): Session {
  const waiting = new Map<number, (answer: AppAnswer) => void>();
  let last = 0;
  const tell = (message: WorkerAsk): void => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<AppAnswer>) => {
    if (data.kind === 'measure') void usageBytes().then((bytes) => tell({ kind: 'usage', usageBytes: bytes }));
    else if (data.kind === 'wipe') void wipe();
    else {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    }
  };
  const ask = (make: (id: number) => WorkerAsk): Promise<AppAnswer> => {
    last += 1;
    const id = last;
    const answered = new Promise<AppAnswer>((resolve) => waiting.set(id, resolve));
    tell(make(id));
    return answered;
  };
  return {
    policy,
    async stat(href) {
      const told = await ask((id) => ({ kind: 'stat', id, href }));
      return told.kind === 'stat' ? told : undefined;
    },
    async read(href, begin, end) {
      const told = await ask((id) => ({ kind: 'read', id, href, begin, end }));
      return told.kind === 'read' ? told.bytes : undefined;
    },
  };
}

function none(policy: string): Response {
  return new Response(null, { status: 404, headers: sandboxHeaders(policy, 'text/plain') });
}

function decoded(path: string): string | undefined {
  try {
    const href = decodeURIComponent(path).normalize('NFC');
    return href === '' ? undefined : href;
  } catch {
    // A path that is not UTF-8 names no file.
    return undefined;
  }
}
