import { expect, test } from 'vitest';
import { createProgress, progressLine, sizeText } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 80, write: (text: string) => written.push(text) };
}

test('work of less than a second shows nothing', () => {
  const screen = terminal(true);
  let nowMs = 0;
  const progress = createProgress('Packing', screen, () => nowMs);
  nowMs = 900;
  progress.report(50, 100);
  progress.end();
  expect(screen.written).toEqual([]);
});

test('longer work shows a bar and wipes it at the end', () => {
  const screen = terminal(true);
  let nowMs = 0;
  const progress = createProgress('Packing', screen, () => nowMs);
  nowMs = 2000;
  progress.report(50, 100);
  progress.report(51, 100);
  progress.end();
  expect(screen.written).toHaveLength(2);
  expect(screen.written[0]).toContain('Packing [####################....................]  50 %');
});

test('nothing is drawn into a file or a pipe', () => {
  const screen = terminal(false);
  let nowMs = 0;
  const progress = createProgress('Packing', screen, () => nowMs);
  nowMs = 5000;
  progress.report(50, 100);
  progress.end();
  expect(screen.written).toEqual([]);
});

test('the line never breaks a narrow terminal', () => {
  expect(progressLine('Packing', 1, 3, 10_000, 30).length).toBeLessThan(30);
});

test('sizes are for people', () => {
  expect([0, 999, 1500, 25_473_254, 2 ** 30].map(sizeText)).toEqual(['0 B', '999 B', '1.5 kB', '25 MB', '1.1 GB']);
});
