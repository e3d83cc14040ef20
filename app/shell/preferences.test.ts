import { expect, test } from 'vitest';
import { parsePreferences } from './preferences.ts';

test('what was chosen in an earlier version still counts', () => {
  expect(parsePreferences('large dark')).toMatchObject({ textSize: 'large', theme: 'dark', spacing: 'normal' });
});

test('a value nobody knows is the first choice', () => {
  expect(parsePreferences('textSize=huge theme=sepia typeface=dyslexic ruler=on')).toEqual({
    textSize: 'normal',
    theme: 'sepia',
    spacing: 'normal',
    width: 'normal',
    typeface: 'dyslexic',
    ruler: 'on',
  });
  expect(parsePreferences('')).toMatchObject({ textSize: 'normal', theme: 'auto', typeface: 'own' });
});
