import { expect, test } from 'vitest';
import { printedValue } from './print.ts';
import { container, single } from './value.ts';

test.each([
  [3.25159, undefined, '3.25159'],
  [0.1 + 0.2, undefined, '0.3'],
  [3.25159, '%.2f', '3.25'],
  [2.5, '%f', '2.500000'],
  [-7, '%03d', '-07'],
  [7, '%+d', '+7'],
  [7, '%4i|', '   7|'],
  [7, '%-4i|', '7   |'],
  [12345.678, '%.3e', '1.235e+04'],
  [0.00001234, '%g', '1.234e-05'],
  [1234567, '%g', '1.23457e+06'],
  [100, '%g', '100'],
  [0, '%g', '0'],
  [1.5, '%#g', '1.50000'],
  [255, '%x', 'ff'],
  [255, '%X', 'FF'],
  [8, '%o', '10'],
  [12.5, '%.1f%%', '12.5%'],
  [12, 'about %s km', 'about 12 km'],
])('%f as %s is printed as %s', (value, format, expected) => {
  expect(printedValue(single('float', value), format === undefined ? {} : { format })).toBe(expected);
});

test('prints one of several values, or all of them with what stands between', () => {
  const three = container('ordered', 'integer', [1, 2, 3]);
  expect(printedValue(three)).toBe('1; 2; 3');
  expect(printedValue(three, { delimiter: ', ' })).toBe('1, 2, 3');
  expect(printedValue(three, { index: 2, format: '%.1f' })).toBe('2.0');
  expect(printedValue(null, { format: '%d' })).toBe('');
  expect(printedValue(single('string', 'words'), { format: '%.2f' })).toBe('words');
});
