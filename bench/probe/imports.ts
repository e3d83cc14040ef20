import { toHex } from '#core/bytes/hex.ts';
import { type DeviceDatabase, openDeviceDatabase } from '../../app/platform/device/device-database.ts';
import type { ImportJob, ImportProgress } from '../../app/platform/import/import-chunks.ts';
import type { WorkerAnswer, WorkerRequest } from '../../app/platform/import/import-messages.ts';

const FLOOR_DATABASE = 'bench-floor';

async function hashesOf(database: DeviceDatabase, path: string): Promise<{ manifestSha256: string; hashes: string[] }> {
  const active = await database.get('active', path);
  const stored = active && (await database.get('manifests', active.manifestSha256));
  if (!active || !stored) throw new Error(`${path} is not on this device`);
  const hashes: string[] = [];
  for (let at = 0; at < stored.leaves.length; at += 32) hashes.push(toHex(stored.leaves.subarray(at, at + 32)));
  return { manifestSha256: active.manifestSha256, hashes: [...new Set(hashes)] };
}

/** Takes a module's chunks away, here and in the floor's database, so that both begin with nothing. */
export async function prepareImport(path: string): Promise<void> {
  const database = await openDeviceDatabase();
  const floor = await openDeviceDatabase(FLOOR_DATABASE);
  const { hashes } = await hashesOf(database, path);
  for (const one of [database, floor]) {
    const transaction = one.transaction('chunks', 'readwrite');
    await Promise.all([...hashes.map((hash) => transaction.store.delete(hash)), transaction.done]);
    one.close();
  }
}

/** Imports the module with the app's own worker. @returns milliseconds */
export async function importModule(path: string, workerUrl: string): Promise<number> {
  const database = await openDeviceDatabase();
  const { manifestSha256 } = await hashesOf(database, path);
  database.close();
  const job = { manifestSha256, repositoryUrl: new URL('/repository/', location.href).href };
  const startMs = performance.now();
  await runWorker(new Worker(workerUrl, { type: 'module' }), { kind: 'job', job });
  return performance.now() - startMs;
}

/** The same bytes, fetched and put into IndexedDB in the same steps, and not hashed. @returns milliseconds */
export async function importFloor(path: string): Promise<number> {
  const database = await openDeviceDatabase();
  const { hashes } = await hashesOf(database, path);
  database.close();
  const urls = hashes.map((hash) => [
    hash,
    new URL(`/repository/chunks/${hash.slice(0, 2)}/${hash}`, location.href).href,
  ]);
  const source = `(${floorWorker.toString()})()`;
  const workerUrl = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const startMs = performance.now();
  await runWorker(new Worker(workerUrl), { name: FLOOR_DATABASE, urls });
  return performance.now() - startMs;
}

function runWorker(worker: Worker, message: WorkerRequest<ImportJob> | object): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<WorkerAnswer<ImportProgress>>) => {
      if (data.kind === 'done') resolve();
      else if (data.kind === 'failed') reject(new Error(data.detail));
    };
    worker.postMessage(message);
  }).finally(() => worker.terminate());
}

/** Runs in a worker of its own, so it names nothing outside itself. Six fetches, two transactions of 16 MiB at a time. */
function floorWorker(): void {
  const request = <T>(of: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      of.onsuccess = () => resolve(of.result);
      of.onerror = () => reject(of.error);
    });
  self.onmessage = async ({ data }: MessageEvent<{ name: string; urls: [string, string][] }>) => {
    const database = await request(indexedDB.open(data.name));
    const queue = data.urls.values();
    const inFlight = new Set<Promise<void>>();
    let batch: [string, ArrayBuffer][] = [];
    const write = (chunks: [string, ArrayBuffer][]): Promise<void> =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction('chunks', 'readwrite', { durability: 'relaxed' });
        for (const [hash, bytes] of chunks) transaction.objectStore('chunks').put(bytes, hash);
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error);
      });
    const send = async (): Promise<void> => {
      const chunks = batch;
      batch = [];
      while (inFlight.size >= 2) await Promise.race(inFlight);
      const written: Promise<void> = write(chunks).finally(() => inFlight.delete(written));
      inFlight.add(written);
    };
    const lane = async (): Promise<void> => {
      for (const [hash, url] of queue) {
        const response = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error' });
        batch.push([hash, await response.arrayBuffer()]);
        if (batch.length >= 16) await send();
      }
    };
    await Promise.all(Array.from({ length: 6 }, lane));
    await send();
    await Promise.all(inFlight);
    database.close();
    self.postMessage({ kind: 'done' });
  };
}
