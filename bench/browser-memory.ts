import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 50;

/** Watches how much memory of its own a browser takes. */
export interface MemoryWatch {
  /** Ends the watch. @returns by how many bytes the most exceeded the first figure, all processes together */
  stop(): number;
}

/** Watches the Chromium that runs on this profile, with all its processes (Linux). */
export function memoryOf(profile: string): MemoryWatch {
  const processes = processesOf(profile);
  if (processes.length === 0) throw new Error('no browser runs on this profile');
  const total = (): number => processesOf(profile).reduce((sum, id) => sum + ownBytes(id), 0);
  const first = total();
  let most = first;
  const look = (): void => {
    most = Math.max(most, total());
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most - first;
    },
  };
}

/** The main process names the profile; its children are known by who started them. */
function processesOf(profile: string): readonly string[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((id) => [id, parentOf(id)]));
  const found = new Set(all.filter((id) => read(`/proc/${id}/cmdline`).includes(`--user-data-dir=${profile}`)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [id, parent] of parents) if (parent !== undefined && found.has(parent)) found.add(id);
  }
  return [...found];
}

function parentOf(id: string): string | undefined {
  return /^PPid:\s+(\d+)$/m.exec(read(`/proc/${id}/status`))?.[1];
}

/** Anonymous and shared memory: files that are mapped in are not the browser's own. */
function ownBytes(id: string): number {
  const status = read(`/proc/${id}/status`);
  const kilobytes = [/^RssAnon:\s+(\d+) kB$/m, /^RssShmem:\s+(\d+) kB$/m].map((line) =>
    Number(line.exec(status)?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}
