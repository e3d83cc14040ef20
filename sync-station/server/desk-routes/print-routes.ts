import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { partTitle } from '#core/module/contents.ts';
import type { ModuleFile } from '#core/module/manifest.ts';
import type { PrintPart, printModules } from '../../api/print.ts';
import { appendAudit } from '../../store/audit.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';
import { type MirroredModule, openMirrored } from '../mirror/mirrored-module.ts';
import { addRoute, type DeskCall } from './call.ts';
import { listPublished } from './published.ts';

const VIEW = '/desk/api/print/view';
const FILE = '/desk/api/print/file';

/** What a picture may do when it is opened by itself: drawings are documents. */
const PICTURE_POLICY = "default-src 'none'; sandbox";
/** The same for a PDF. The browser's viewer stands outside of it; a sandbox could forbid it to print. */
const PDF_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Printing at the station: a view of a page or a whole module, the pictures in it, and PDFs as they are. The module is
 * verified from the trusted root at every request; who opened what to print it stands in the audit log.
 */
export function addPrintRoutes(desk: FastifyInstance, context: StationContext): void {
  addRoute(desk, context, {
    method: 'GET',
    path: '/print/modules',
    allow: 'staff',
    handle: async (): Promise<z.infer<typeof printModules>> => {
      const modules: z.infer<typeof printModules>['modules'] = [];
      for (const { path } of await listPublished(context.mirror)) {
        const module = await openMirrored(context.mirror, path);
        if (!module) continue;
        const { title, version, readingOrder } = module.manifest;
        const parts = readingOrder.map((file, index) => partOf(path, module, file, index));
        modules.push({ path, title, version, address: `${VIEW}?${query({ module: path })}`, parts });
      }
      return { modules };
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/print/view',
    allow: 'staff',
    handle: async (call) => {
      const [path, module] = await moduleOf(call);
      const wanted = call.query('part');
      const { readingOrder } = module.manifest;
      const parts = wanted === undefined ? readingOrder : readingOrder.filter((_, index) => String(index) === wanted);
      if (parts.length === 0) throw new DeskError('NOT_FOUND');
      const { printDocument } = await import('../print/print-document.ts');
      const { html, policy } = await printDocument(module, {
        parts,
        addressOf: (file) => fileAddress(path, module, file),
        pictures: `${context.config.deskOrigin}${FILE}`,
        nowMs: context.now(),
        timeZone: context.config.timeZone,
      });
      await noteOpened(call, path, module, wanted === undefined ? undefined : parts[0]);
      return call.reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);
    },
  });

  addRoute(desk, context, {
    method: 'GET',
    path: '/print/file',
    allow: 'staff',
    handle: async (call) => {
      const [path, module] = await moduleOf(call);
      const file = module.manifest.files[Number(call.query('file'))];
      // Of another version than the view was made from: that view is old.
      if (!file || call.query('manifest') !== module.manifestSha256) throw new DeskError('NOT_FOUND');
      const isPdf = file.kind === 'pdf';
      if (!isPdf && !file.type.startsWith('image/')) throw new DeskError('NOT_FOUND');
      if (isPdf) await noteOpened(call, path, module, file);
      return call.reply
        .header('content-security-policy', isPdf ? PDF_POLICY : PICTURE_POLICY)
        .header('content-length', file.sizeBytes)
        .type(isPdf ? 'application/pdf' : file.type)
        .send(Readable.from(module.read(file)));
    },
  });
}

function partOf(path: string, module: MirroredModule, file: ModuleFile, index: number): PrintPart {
  const title = partTitle(module.manifest, file.href);
  switch (file.kind) {
    case 'page':
    case 'assignment':
      return { title, how: 'view', address: `${VIEW}?${query({ module: path, part: String(index) })}` };
    case 'pdf':
      return { title, how: 'pdf', address: fileAddress(path, module, file) };
    case 'video':
    case 'audio':
    case 'quiz':
    case 'scripted':
    case 'resource':
      return { title, how: 'none', address: null };
  }
}

async function moduleOf({ context, query: asked }: DeskCall<undefined>): Promise<[string, MirroredModule]> {
  const path = asked('module') ?? '';
  const module = await openMirrored(context.mirror, path);
  if (!module) throw new DeskError('NOT_FOUND');
  return [path, module];
}

/** Printing itself happens in the browser: what the station knows is who opened the view for it. */
async function noteOpened(
  call: DeskCall<undefined>,
  path: string,
  { manifest }: MirroredModule,
  part: ModuleFile | undefined,
): Promise<void> {
  const { db, now } = call.context;
  const actor = call.staff().staffId;
  const detail = { version: manifest.version, part: part?.href ?? '*' };
  await db
    .transaction()
    .execute((trx) => appendAudit(trx, { actor, act: 'opened-to-print', subject: path, detail }, now()));
}

function fileAddress(path: string, { manifest, manifestSha256 }: MirroredModule, file: ModuleFile): string {
  const index = String(manifest.files.indexOf(file));
  return `${FILE}?${query({ module: path, manifest: manifestSha256, file: index })}`;
}

function query(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}
