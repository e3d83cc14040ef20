import { type ReadonlySignal, signal } from '@preact/signals';

/** What can be chosen about the look of what is read, the first of each being how it begins. */
export const READING_CHOICES = {
  textSize: ['normal', 'small', 'large', 'largest'],
  theme: ['auto', 'light', 'sepia', 'dark'],
  spacing: ['normal', 'wide', 'widest'],
  width: ['normal', 'narrow', 'full'],
  typeface: ['own', 'hyperlegible', 'dyslexic'],
  ruler: ['off', 'on'],
} as const satisfies Record<string, readonly string[]>;

type Choices = typeof READING_CHOICES;

/** How the learner likes to read: kept on this device, outside the vault, as it is needed before the PIN. */
export type Preferences = { readonly [Name in keyof Choices]: Choices[Name][number] };

const key = 'leeslicht-preferences';

/** Takes what is known out of words such as `textSize=large theme=dark`. */
export function parsePreferences(stored: string): Preferences {
  const words = stored.split(' ');
  function chosen<Value extends string>(name: string, choices: readonly [Value, ...Value[]], bare = false): Value {
    return (
      choices.find((choice) => words.includes(`${name}=${choice}`) || (bare && words.includes(choice))) ?? choices[0]
    );
  }
  return {
    // An earlier version wrote these two without their names: `large dark`
    textSize: chosen('textSize', READING_CHOICES.textSize, !stored.includes('=')),
    theme: chosen('theme', READING_CHOICES.theme, !stored.includes('=')),
    spacing: chosen('spacing', READING_CHOICES.spacing),
    width: chosen('width', READING_CHOICES.width),
    typeface: chosen('typeface', READING_CHOICES.typeface),
    ruler: chosen('ruler', READING_CHOICES.ruler),
  };
}

const current = signal<Preferences>(parsePreferences(''));

/** The preferences of the moment. */
export const preferences: ReadonlySignal<Preferences> = current;

function show({ textSize, theme }: Preferences): void {
  document.documentElement.setAttribute('data-text-size', textSize);
  document.documentElement.setAttribute('data-theme', theme);
}

/** Reads what was chosen before and shows it. Call once, before the first paint. */
export function loadPreferences(): void {
  current.value = parsePreferences(localStorage.getItem(key) ?? '');
  show(current.value);
}

/** Changes, shows and keeps preferences. */
export function setPreferences(change: Partial<Preferences>): void {
  current.value = { ...current.value, ...change };
  const words = Object.entries(current.value).map(([name, value]) => `${name}=${value}`);
  localStorage.setItem(key, words.join(' '));
  show(current.value);
}
