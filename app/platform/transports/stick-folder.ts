import type { Bytes } from '#core/bytes/bytes.ts';

/** A folder on a stick. Paths have forward slashes and begin below the folder that the learner chose. */
export interface StickFolder {
  /** Names of the files in a folder; none when it is not there. */
  list(folder: string): Promise<readonly string[]>;
  read(path: string, maxBytes: number): Promise<Bytes | undefined>;
  /** Makes the folders on the way. Resolves when the browser has closed the file. */
  write(path: string, bytes: Bytes): Promise<void>;
}

/** A folder that the learner has opened with the File System Access API, for reading and writing. */
export function directoryStick(root: FileSystemDirectoryHandle): StickFolder {
  async function folderOf(parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle | undefined> {
    let at = root;
    for (const part of parts) {
      try {
        at = await at.getDirectoryHandle(part, { create });
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw cause;
      }
    }
    return at;
  }
  return {
    async list(folder) {
      const found = await folderOf(folder.split('/'), false);
      const names: string[] = [];
      if (found) for await (const [name, handle] of found.entries()) if (handle.kind === 'file') names.push(name);
      return names.sort();
    },
    async read(path, maxBytes) {
      const parts = path.split('/');
      const folder = await folderOf(parts.slice(0, -1), false);
      try {
        const file = await (await folder?.getFileHandle(parts.at(-1) ?? ''))?.getFile();
        return file && file.size <= maxBytes ? new Uint8Array(await file.arrayBuffer()) : undefined;
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw cause;
      }
    },
    async write(path, bytes) {
      const parts = path.split('/');
      const folder = await folderOf(parts.slice(0, -1), true);
      const file = await folder?.getFileHandle(parts.at(-1) ?? '', { create: true });
      // The file takes the old one's place only when it is closed: a stick pulled out leaves the old one.
      const stream = await file?.createWritable();
      await stream?.write(bytes);
      await stream?.close();
    },
  };
}

function isMissing(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'NotFoundError';
}
