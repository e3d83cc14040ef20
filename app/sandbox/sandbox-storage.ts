/** How many bytes this origin has stored in the browser. */
export async function usageBytes(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? 0;
}

/** Deletes everything that content can have stored, as far as a worker reaches it. */
export async function wipeStorage(): Promise<void> {
  const jobs: Promise<unknown>[] = [];
  for (const { name } of await indexedDB.databases()) if (name !== undefined) jobs.push(deleted(name));
  for (const name of await caches.keys()) jobs.push(caches.delete(name));
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) jobs.push(folder.removeEntry(name, { recursive: true }));
  if ('cookieStore' in globalThis) {
    // Only what scripts can see on this host: a session of the desk is hidden from them.
    for (const { name } of await cookieStore.getAll()) if (name) jobs.push(cookieStore.delete(name));
  }
  // A file that some frame still holds open goes at the next wipe.
  await Promise.allSettled(jobs);
}

function deleted(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => resolve();
    // A frame that has not gone yet still holds it; the browser deletes it when that frame goes.
    request.onblocked = () => resolve();
  });
}
