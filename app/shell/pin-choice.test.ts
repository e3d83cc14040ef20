import { expect, test } from 'vitest';
import { judgePin } from './pin-choice.ts';

test('takes six digits typed the same twice', () => expect(judgePin('582914', '582914')).toBe('good'));
test('takes a passphrase', () => expect(judgePin('de maan is rond', 'de maan is rond')).toBe('good'));
test('refuses short, repeated, running and different PINs', () => {
  expect(judgePin('5829', '5829')).toBe('short');
  expect(judgePin('111111', '111111')).toBe('simple');
  expect(judgePin('345678', '345678')).toBe('simple');
  expect(judgePin('987654', '987654')).toBe('simple');
  expect(judgePin('582914', '582915')).toBe('different');
});
