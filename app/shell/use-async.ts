import { useLayoutEffect, useState } from 'preact/hooks';

/** Something that is on its way, here, or failed. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Loads something when `keys` change; an answer to an older question is dropped. */
export function useAsync<T>(load: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: 'loading' });
  // The caller names what the answer depends on; it is asked for at once, not after the screen without it was drawn
  useLayoutEffect(() => {
    let current = true;
    // The same object again draws nothing again: at first nothing else is shown yet.
    setLoaded((before) => (before.kind === 'loading' ? before : { kind: 'loading' }));
    load().then(
      (value) => current && setLoaded({ kind: 'ready', value }),
      (error: unknown) => current && setLoaded({ kind: 'failed', error }),
    );
    return () => {
      current = false;
    };
  }, keys);
  return loaded;
}

/** The closed `code` of one of our errors, or `other`. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return 'other';
}
