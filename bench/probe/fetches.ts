/** Seeks to places of a file: milliseconds until the first bytes of each are in the page. */
export async function firstByteTimes(url: string, offsets: readonly number[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const offset of offsets) {
    const startMs = performance.now();
    const response = await fetch(url, { headers: { range: `bytes=${offset}-` }, cache: 'no-store' });
    if (response.status !== 206 || !response.body) throw new Error(`${url} answered ${response.status}`);
    const reader = response.body.getReader();
    const { value } = await reader.read();
    if (!value || value.length === 0) throw new Error(`${url} gave nothing`);
    times.push(performance.now() - startMs);
    await reader.cancel();
  }
  return times;
}

/** Fetches a whole file and lets its bytes go. */
export async function fetchWhole(url: string): Promise<{ readonly tookMs: number; readonly sizeBytes: number }> {
  const startMs = performance.now();
  const response = await fetch(url, { cache: 'no-store' });
  if (response.status !== 200 || !response.body) throw new Error(`${url} answered ${response.status}`);
  const reader = response.body.getReader();
  let sizeBytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) sizeBytes += part.value.length;
  return { tookMs: performance.now() - startMs, sizeBytes };
}
