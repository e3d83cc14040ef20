import { type ReadonlySignal, signal } from '@preact/signals';

/** How the learner likes to read: kept on this device, outside the vault, as it is needed before the PIN. */
export interface Preferences {
  readonly textSize: 'small' | 'normal' | 'large' | 'largest';
  readonly theme: 'auto' | 'light' | 'dark';
}

const key = 'leeslicht-preferences';

function read(): Preferences {
  const stored = localStorage.getItem(key) ?? '';
  const [size, theme] = stored.split(' ');
  return {
    textSize: size === 'small' || size === 'large' || size === 'largest' ? size : 'normal',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
  };
}

const current = signal<Preferences>({ textSize: 'normal', theme: 'auto' });

/** The preferences of the moment. */
export const preferences: ReadonlySignal<Preferences> = current;

function show({ textSize, theme }: Preferences): void {
  document.documentElement.setAttribute('data-text-size', textSize);
  document.documentElement.setAttribute('data-theme', theme);
}

/** Reads what was chosen before and shows it. Call once, before the first paint. */
export function loadPreferences(): void {
  current.value = read();
  show(current.value);
}

/** Changes, shows and keeps preferences. */
export function setPreferences(change: Partial<Preferences>): void {
  current.value = { ...current.value, ...change };
  localStorage.setItem(key, `${current.value.textSize} ${current.value.theme}`);
  show(current.value);
}
