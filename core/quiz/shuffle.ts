/**
 * Puts things in an order that looks like chance and follows from `seed` alone, so that a question that is opened again
 * looks the same. Those for which `isFixed` holds keep their place.
 */
export function shuffled<T>(things: readonly T[], seed: string, isFixed: (thing: T) => boolean = () => false): T[] {
  const loose = things.filter((thing) => !isFixed(thing));
  const next = generator(seed);
  for (let index = loose.length - 1; index > 0; index -= 1) {
    const other = next() % (index + 1);
    const [a, b] = [loose[index], loose[other]];
    if (a !== undefined && b !== undefined) [loose[index], loose[other]] = [b, a];
  }
  return things.map((thing) => (isFixed(thing) ? thing : (loose.shift() ?? thing)));
}

/** Mulberry32 over an FNV-1a hash: small, and good enough for an order or a draw. Nothing secret hangs on it. */
export function generator(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const letter of seed) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
