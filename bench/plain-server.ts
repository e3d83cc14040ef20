import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.pdf': 'application/pdf',
  '.webm': 'video/webm',
};

/** A plain server that the product is compared with: files with ranges, and bodies that are durable when it answers. */
export interface PlainServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files below `folders`, the first that has one, and keeps what is posted to `/post` in `inbox`. */
export function servePlainly(folders: readonly string[], inbox: string): Promise<PlainServer> {
  mkdirSync(inbox, { recursive: true });
  let posted = 0;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return sendFile(folders, request, response);
    posted += 1;
    return keep(request, join(inbox, `${posted}.bin`), inbox).then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no address'));
      resolve({
        url: `http://127.0.0.1:${address.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function keep(request: IncomingMessage, path: string, folder: string): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  writeDurably(path, Buffer.concat(parts));
  syncFolder(folder);
}

/** Writes a new file whose bytes are on disk when this returns. */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
}

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function sendFile(folders: readonly string[], request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://plain').pathname));
  const found = folders.map((folder) => join(folder, path)).find(isFile);
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  const { size } = statSync(found);
  const headers = { 'content-type': types[extname(found)] ?? 'application/octet-stream', 'accept-ranges': 'bytes' };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) {
    response.writeHead(200, { ...headers, 'content-length': size });
    createReadStream(found).pipe(response);
    return;
  }
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  const range = { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` };
  response.writeHead(206, { ...headers, ...range });
  const file = createReadStream(found, { start, end });
  // A seek leaves the rest of the file unread.
  response.once('close', () => file.destroy());
  file.pipe(response);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
