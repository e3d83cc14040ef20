import type { ModuleFile } from '#core/module/manifest.ts';
import type { DeviceDatabase } from '../platform/device/device-database.ts';
import { ModulesError } from '../platform/modules/modules-error.ts';
import { type OpenModule, openModule, readRange, refuseQuarantined } from '../platform/modules/open-module.ts';
import type { Damage, Language } from '../platform/platform.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { moduleHeaders, servedType } from './module-headers.ts';
import { type NoticeKind, noticePage } from './notice-page.ts';
import type { GrantKeeper } from './reading-grant.ts';

/** What serving needs from the worker. */
export interface ServeOptions {
  readonly database: () => Promise<DeviceDatabase>;
  readonly grants: GrantKeeper;
  readonly origin: string;
  /** Told of every damaged read, so that screens can say it. */
  readonly onDamage: (damage: Damage) => void;
}

const statuses: Record<NoticeKind, number> = { damaged: 422, closed: 423, missing: 404 };

/** Answers requests for `/m/<key>/<href>` from chunks, each verified before its first byte leaves. */
export function moduleServer(options: ServeOptions): (request: Request) => Promise<Response> {
  const open = new Map<string, Promise<OpenModule>>();

  async function find(key: string): Promise<OpenModule> {
    const known = open.get(key);
    if (known) return known;
    const opening = openByKey(await options.database(), key);
    open.set(key, opening);
    opening.catch(() => open.delete(key));
    return opening;
  }

  return async (request) => {
    const address = parseAddress(request.url);
    const grant = await options.grants.current();
    const language = grant?.language ?? 'nl';
    if (!address || !grant?.keys.includes(address.key)) return notice('closed', address?.key ?? '', language);
    try {
      const module = await find(address.key);
      const file = module.fileOf(address.href);
      if (!file) return notice('missing', address.key, language);
      return await answer(request, module, file);
    } catch (cause) {
      if (!(cause instanceof ModulesError)) throw cause;
      if (cause.code !== 'DAMAGED') return notice('missing', address.key, language);
      options.onDamage({ path: cause.path, href: cause.href ?? address.href });
      return notice('damaged', address.key, language);
    }
  };

  function notice(kind: NoticeKind, key: string, language: Language): Response {
    const headers = moduleHeaders(options.origin, key, 'text/html;charset=utf-8');
    if (kind === 'damaged') headers.set('leeslicht-damaged', '1');
    return new Response(noticePage(kind, language), { status: statuses[kind], headers });
  }

  async function answer(request: Request, module: OpenModule, file: ModuleFile): Promise<Response> {
    const headers = moduleHeaders(options.origin, module.active.key, servedType(file.type));
    const range = parseRange(request.headers.get('range'), file.sizeBytes);
    if (range.kind === 'unsatisfiable') {
      headers.set('content-range', `bytes */${file.sizeBytes}`);
      return new Response(null, { status: 416, headers });
    }
    const { begin, end, status } = span(range, file.sizeBytes);
    headers.set('content-length', String(end - begin));
    if (status === 206) headers.set('content-range', `bytes ${begin}-${end - 1}/${file.sizeBytes}`);
    if (request.method === 'HEAD') {
      await refuseQuarantined(await options.database(), module.active.path, file.href);
      return new Response(null, { status, headers });
    }
    return new Response(await verifiedBody(module, file, begin, end), { status, headers });
  }

  /** The first chunk is verified before the answer begins, so that damage there can still become a notice. */
  async function verifiedBody(
    module: OpenModule,
    file: ModuleFile,
    begin: number,
    end: number,
  ): Promise<BodyInit | null> {
    const parts = readRange(await options.database(), module, file, begin, end);
    const first = await parts.next();
    if (first.done) return null;
    if (first.value.length === end - begin) return first.value;
    let waiting: Uint8Array<ArrayBuffer> | undefined = first.value;
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          if (waiting) {
            controller.enqueue(waiting);
            waiting = undefined;
            return;
          }
          try {
            const next = await parts.next();
            if (next.done) controller.close();
            else controller.enqueue(next.value);
          } catch (cause) {
            if (cause instanceof ModulesError) options.onDamage({ path: cause.path, href: file.href });
            controller.error(cause);
          }
        },
        async cancel() {
          await parts.return();
        },
      },
      // Nothing is read ahead that nobody asks for: whoever seeks soon lets go of an answer and waits for the next.
      { highWaterMark: 0 },
    );
  }
}

function span(range: ByteRange, sizeBytes: number): { begin: number; end: number; status: 200 | 206 } {
  return range.kind === 'part'
    ? { begin: range.begin, end: range.end, status: 206 }
    : { begin: 0, end: sizeBytes, status: 200 };
}

function parseAddress(url: string): { key: string; href: string } | undefined {
  const match = /^\/m\/([0-9a-f]{32})\/(.+)$/.exec(new URL(url).pathname);
  const [, key, path] = match ?? [];
  if (key === undefined || path === undefined) return undefined;
  try {
    return { key, href: decodeURIComponent(path).normalize('NFC') };
  } catch {
    // A path that is not UTF-8 names no file.
    return undefined;
  }
}

async function openByKey(database: DeviceDatabase, key: string): Promise<OpenModule> {
  const active = (await database.getAll('active')).find((module) => module.key === key && !module.withdrawn);
  if (!active) throw new ModulesError({ code: 'NOT_HERE', path: key });
  return openModule(database, active);
}
