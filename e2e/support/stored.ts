import type { Page } from '@playwright/test';

/** One of the device's single values, as it lies in the browser. */
export function stored(of: Page, name: string): Promise<unknown> {
  return of.evaluate(async (key) => {
    const database = await new Promise<IDBDatabase>((done, fail) => {
      const opening = indexedDB.open('leeslicht-device');
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(opening.error);
    });
    const value = await new Promise((done) => {
      const reading = database.transaction('meta').objectStore('meta').get(key);
      reading.onsuccess = () => done(reading.result);
    });
    database.close();
    return value;
  }, name);
}

/** Writes one of the device's single values; `null` removes it. */
export function store(on: Page, name: string, value: unknown): Promise<void> {
  return on.evaluate(
    async ([key, next]) => {
      const database = await new Promise<IDBDatabase>((done, fail) => {
        const opening = indexedDB.open('leeslicht-device');
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => fail(opening.error);
      });
      const transaction = database.transaction('meta', 'readwrite');
      if (next === null) transaction.objectStore('meta').delete(String(key));
      else transaction.objectStore('meta').put(next, String(key));
      await new Promise((done) => {
        transaction.oncomplete = done;
      });
      database.close();
    },
    [name, value],
  );
}

/** Flips one bit of the stored page that holds `text`; the search index has the words too. Returns how many pages held it. */
export function flipStored(page: Page, text: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open('leeslicht-device'));
    const read = database.transaction('chunks').objectStore('chunks');
    const [keys, values] = await Promise.all([done(read.getAllKeys()), done<unknown[]>(read.getAll())]);
    let flipped = 0;
    for (const [index, value] of values.entries()) {
      const key = keys[index];
      if (key === undefined || !(value instanceof ArrayBuffer)) continue;
      const stored = new TextDecoder('latin1').decode(value);
      const at = stored.indexOf(wanted);
      if (at < 0 || !stored.startsWith('<!doctype html>')) continue;
      const bytes = new Uint8Array(value);
      // Outside the words, so that they would still be readable if the page were shown.
      bytes[at - 1] = (bytes[at - 1] ?? 0) ^ 1;
      await done(database.transaction('chunks', 'readwrite').objectStore('chunks').put(value, key));
      flipped += 1;
    }
    database.close();
    return flipped;
  }, text);
}
