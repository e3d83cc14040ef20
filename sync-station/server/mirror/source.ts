import { readFile, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/** Reads one file of the published repository; undefined when it is not there. Throws when it is over `maxBytes`. */
export type RepositorySource = (path: string, maxBytes: number) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** Opens the published repository: a folder (a disk, a stick) or the publishing host's address. */
export function openSource(location: string): RepositorySource {
  return /^https?:\/\//.test(location) ? overHttp(location) : inFolder(location);
}

function inFolder(folder: string): RepositorySource {
  const root = resolve(folder);
  return async (path, maxBytes) => {
    const file = resolve(root, path);
    if (!file.startsWith(root + sep)) return undefined;
    try {
      if ((await stat(file)).size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`);
      return new Uint8Array(await readFile(file));
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
        return undefined;
      throw error;
    }
  };
}

function overHttp(address: string): RepositorySource {
  const base = address.endsWith('/') ? address : `${address}/`;
  return async (path, maxBytes) => {
    const response = await fetch(new URL(path, base), { redirect: 'error', signal: AbortSignal.timeout(60_000) });
    if (response.status === 404 || response.status === 403) return undefined;
    if (!response.ok || !response.body) throw new Error(`${path}: the publishing host answered ${response.status}`);
    const parts: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const part of response.body) {
      sizeBytes += part.length;
      if (sizeBytes > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`);
      parts.push(part);
    }
    const whole = new Uint8Array(sizeBytes);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  };
}
