import { expect, test } from 'vitest';
import { formatPageSize, parsePageSize } from './page-size.ts';

test.each([
  ['width=1200, height=1600', { width: 1200, height: 1600 }],
  ['height=600.5,width=400', { width: 400, height: 600.5 }],
  ['width = 600px; height = 800px', { width: 600, height: 800 }],
  ['width=1200,height=600,initial-scale=1', { width: 1200, height: 600 }],
  ['width=device-width, initial-scale=1', undefined],
  ['width=1200', undefined],
  ['width=0, height=0', undefined],
  ['width=99999, height=10', undefined],
  ['max-width=1200, max-height=1600', undefined],
])('reads %s', (viewport, size) => {
  expect(parsePageSize(viewport)).toEqual(size);
});

test('what is written can be read again', () => {
  expect(parsePageSize(formatPageSize({ width: 12.5, height: 7 }))).toEqual({ width: 12.5, height: 7 });
});
