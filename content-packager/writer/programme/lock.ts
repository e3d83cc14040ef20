import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WriterError } from '../writer-error.ts';
import { isErrno } from './disk.ts';

/** Runs one change of a programme at a time. A lock left by a process that is gone is taken over. */
export async function withProgrammeLock<T>(programmeDir: string, job: () => Promise<T>): Promise<T> {
  const path = join(programmeDir, '.lock');
  await take(path, true);
  try {
    return await job();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, mayRetry: boolean): Promise<void> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    const owner = Number(await readFile(path, 'utf8').catch(() => '')); // Gone between the two calls: then nobody owns it.
    if (mayRetry && !isRunning(owner)) {
      await rm(path, { force: true });
      return take(path, false);
    }
    throw new WriterError({
      code: 'BUSY',
      file: path,
      problem: `is held by process ${owner}, which is changing this programme`,
      advice: 'Wait until it is done and try again.',
      cause: error,
    });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that it runs under another user.
    return isErrno(error, 'EPERM');
  }
}
