/** Presses the docking screen's button: milliseconds until it says that all is done. Throws when it does not end well. */
export async function syncTime(): Promise<number> {
  const button = [...document.querySelectorAll<HTMLButtonElement>('main button')].find(({ textContent }) =>
    /^Connect (now|once more)$/.test(textContent?.trim() ?? ''),
  );
  if (!button) throw new Error('the docking screen has no button');
  const said = (): string => document.querySelector('main [role="status"]')?.textContent ?? '';
  const startMs = performance.now();
  button.click();
  let hasBegun = false;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    if (document.querySelector('main [role="alert"]'))
      throw new Error(document.querySelector('main')?.textContent ?? '');
    const isDone = said().startsWith('Done');
    if (isDone && hasBegun) return performance.now() - startMs;
    hasBegun ||= !isDone;
    if (performance.now() - startMs > 120_000)
      throw new Error(`the sync did not end: ${document.querySelector('main')?.textContent}`);
  }
}
