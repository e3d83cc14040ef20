/** Words in no order, about as long as asked for: text compresses, so noise would not be fair. */
export function makeText(sizeBytes: number): string {
  const syllables = ['ba', 'den', 'ko', 'lis', 'mer', 'no', 'pa', 'rin', 'so', 'tu', 'ver', 'wil'];
  const picks = new Uint32Array(sizeBytes);
  for (let at = 0; at < picks.length; at += 16_384) crypto.getRandomValues(picks.subarray(at, at + 16_384));
  let text = '';
  for (const pick of picks) {
    if (text.length >= sizeBytes) break;
    text += `${syllables[pick % 12]}${pick % 5 < 2 ? ' ' : ''}${pick % 97 === 0 ? '\n' : ''}`;
  }
  return text.slice(0, sizeBytes);
}

/** Posts texts one after the other. @returns milliseconds until all are answered */
export async function postTexts(count: number, sizeBytes: number): Promise<number> {
  const texts = Array.from({ length: count }, () => makeText(sizeBytes));
  const startMs = performance.now();
  for (const body of texts) {
    const answer = await fetch('/post', { method: 'POST', body });
    if (answer.status !== 204) throw new Error(`posting was answered with ${answer.status}`);
  }
  return performance.now() - startMs;
}

/** Puts a text into the editor at once, as pasting does; typing half a megabyte takes minutes. */
export function writeAnswer(sizeBytes: number): void {
  const editor = document.querySelector('textarea');
  if (!editor) throw new Error('there is no editor');
  editor.value = makeText(sizeBytes);
  editor.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
