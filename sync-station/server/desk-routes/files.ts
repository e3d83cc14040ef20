import type { FastifyReply } from 'fastify';
import { maxFileBytes, type UploadedFile } from '../../api/basics.ts';
import { DeskError } from '../auth/desk-error.ts';
import type { StationContext } from '../context.ts';

/** Decodes an uploaded file. Throws DeskError FILE_TOO_LARGE. */
export function bytesOf(file: UploadedFile): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(file.base64, 'base64'));
  if (bytes.length > maxFileBytes) throw new DeskError('FILE_TOO_LARGE');
  return bytes;
}

/** Stores an uploaded file durably and notes it in the table of objects. Returns its hash. */
export async function storeFile(context: StationContext, file: UploadedFile): Promise<string> {
  const bytes = bytesOf(file);
  const hash = await context.objects.put(bytes);
  await context.db
    .insertInto('objects')
    .values({ hash, sizeBytes: bytes.length, kind: 'attachment', storedAtMs: context.now() })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
  return hash;
}

/**
 * Sends a file that somebody uploaded: always as a download of bytes without a type, so that no browser shows it
 * on the desk's origin.
 */
export async function sendFile(
  context: StationContext,
  reply: FastifyReply,
  file: { hash: string | null; name: string | null },
): Promise<unknown> {
  const bytes = file.hash === null ? undefined : await context.objects.get(file.hash);
  if (!bytes) throw new DeskError('NOT_FOUND');
  const name = file.name ?? 'file';
  const plain = name.replace(/[^A-Za-z0-9._ -]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return reply
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(Buffer.from(bytes));
}
