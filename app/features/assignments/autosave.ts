import { type ReadonlySignal, signal } from '@preact/signals';

/** What is true about the text on the screen: never "saved" before it would survive a power cut. */
export type SaveState =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly atMs: number }
  | { readonly kind: 'failed' };

/** Saves a text soon after each change, one save at a time, always the newest text last. */
export interface Autosave {
  readonly state: ReadonlySignal<SaveState>;
  change(text: string): void;
  /** Saves now what is not saved yet; resolves when that is settled. */
  flush(): Promise<void>;
}

/** What {@link createAutosave} needs. */
export interface AutosavePorts {
  /** Resolves only when the text is durable. */
  readonly save: (text: string) => Promise<void>;
  readonly now: () => number;
  /** How long a change may wait for its save to begin, also while typing goes on. */
  readonly delayMs: number;
}

/** Makes the autosave of one editor. */
export function createAutosave({ save, now, delayMs }: AutosavePorts): Autosave {
  const state = signal<SaveState>({ kind: 'untouched' });
  let wanted: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;

  const drain = async () => {
    while (wanted !== undefined) {
      const text: string = wanted;
      wanted = undefined;
      state.value = { kind: 'saving' };
      try {
        await save(text);
      } catch {
        // The text stays in the editor and counts as unsaved; the state says so and the learner can try again.
        wanted ??= text;
        state.value = { kind: 'failed' };
        return;
      }
    }
    state.value = { kind: 'saved', atMs: now() };
  };
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (!running && wanted === undefined) return;
    running ??= drain().finally(() => {
      running = undefined;
    });
    await running;
  };
  return {
    state,
    change(text) {
      wanted = text;
      if (!running) state.value = { kind: 'waiting' };
      // Not put off by the next change: somebody who types on without a pause must not lose it all in a crash.
      timer ??= setTimeout(() => void flush(), delayMs);
    },
    flush,
  };
}
