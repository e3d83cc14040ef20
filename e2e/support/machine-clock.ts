import type { BrowserContext, Page } from '@playwright/test';

/**
 * Puts a clock into every page of the context that a test can turn, and a stopwatch that it can hurry: `Date.now` by an
 * offset that outlives a reload, `performance.now` and the timers of a second by `useFor`.
 */
export async function installMachineClock(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (window !== window.top) return;
    const wall = Date.now.bind(Date);
    const monotonic = performance.now.bind(performance);
    const start = setInterval.bind(window);
    const everySecond: (() => void)[] = [];
    let hurriedMs = 0;
    Date.now = () => wall() + Number(sessionStorage.getItem('turned') ?? '0');
    performance.now = () => monotonic() + hurriedMs;
    Reflect.set(window, 'setInterval', (handler: () => void, ms?: number, ...rest: unknown[]) => {
      if (ms === 1000) everySecond.push(handler);
      return start(handler, ms, ...rest);
    });
    /** What the app has kept of its clock by now. */
    const kept = async (): Promise<string> => {
      const database = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open('leeslicht-device');
        opening.onsuccess = () => done(opening.result);
      });
      const records = database.transaction('meta').objectStore('meta');
      const slots = ['clockA', 'clockB'].map((name) => {
        const reading = records.get(name);
        return new Promise((done) => {
          reading.onsuccess = () => done(reading.result);
        });
      });
      const kept = await Promise.all(slots);
      database.close();
      return kept.join(';');
    };
    Reflect.set(window, 'useFor', async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 5) {
        hurriedMs += 5000;
        for (const handler of everySecond) handler();
        // The app judges itself at each step: it must not fall behind.
        if (passed % 600 === 0) await kept();
      }
      for (let last = '', same = 0; same < 5; ) {
        const now = await kept();
        same = now === last ? same + 1 : 0;
        last = now;
        await new Promise((done) => setTimeout(done, 50));
      }
    });
  });
}

/** Turns the wall clock: so many ms away from the true time, until it is turned again. */
export async function turnClock(page: Page, byMs: number): Promise<void> {
  await page.evaluate((ms) => sessionStorage.setItem('turned', String(ms)), byMs);
}

/** Lets the laptop be in use for this long, in steps of five seconds: the longest that its clock counts at once. */
export async function useFor(page: Page, hours: number): Promise<void> {
  await page.evaluate((seconds) => Reflect.get(window, 'useFor')(seconds), hours * 3600);
}
