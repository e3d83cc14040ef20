import { expect, test } from 'vitest';
import { hrefOf, parseRoute, type Route } from './routes.ts';

test('every place survives its own address', () => {
  const places: Exclude<Route, { kind: 'unknown' }>[] = [
    { kind: 'shelf' },
    { kind: 'module', path: 'courses/study/start.json' },
    { kind: 'module', path: 'courses/study/start.json', href: 'deel één/1%.html#top' },
    { kind: 'feedback', id: 'ab12' },
    { kind: 'feedback' },
    { kind: 'work' },
    { kind: 'docking' },
  ];
  for (const place of places) expect(parseRoute(hrefOf(place))).toEqual(place);
});

test('a broken or unknown address is an unknown page, not an error', () => {
  expect(parseRoute('#/nowhere')).toEqual({ kind: 'unknown' });
  expect(parseRoute('#/module/%E0%A4%A')).toEqual({ kind: 'unknown' });
});
