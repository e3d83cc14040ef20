import { expect, test } from 'vitest';
import { layOut, PAGE_GAP, pageAt, pagesToDraw, placeOf, scrollTopOf } from './page-window.ts';

const sizes = Array.from({ length: 350 }, () => ({ width: 600, height: 800 }));

test('of 350 pages only those near the window are drawn', () => {
  const layout = layOut(sizes, 1);
  expect(layout.totalHeight).toBe(350 * (800 + PAGE_GAP) + PAGE_GAP);
  expect(pagesToDraw(layout, 0, 700)).toEqual([1, 2]);
  expect(pagesToDraw(layout, 100 * 816 + 8, 700)).toEqual([100, 101, 102]);
  expect(pagesToDraw(layout, layout.totalHeight - 700, 700)).toEqual([349, 350]);
});

test('the page of the moment is the one in the upper half of the window', () => {
  const layout = layOut(sizes, 0.5);
  expect(pageAt(layout, 0, 700)).toBe(1);
  expect(pageAt(layout, layout.tops[41] ?? 0, 700)).toBe(42);
});

test('the window stays at its page when pages before it turn out to have another size, and at another scale', () => {
  const before = layOut(sizes, 1);
  const top = (before.tops[19] ?? 0) - 8;
  const place = placeOf(before, top, 700);
  expect(place.page).toBe(20);
  const corrected = layOut(
    sizes.map((size, index) => (index > 16 && index < 22 ? { width: 500, height: 300 } : size)),
    1,
  );
  // Where it was is another page by now.
  expect(pageAt(corrected, top, 700)).not.toBe(20);
  expect(pageAt(corrected, scrollTopOf(corrected, place), 700)).toBe(20);
  const larger = layOut(sizes, 1.2);
  expect(placeOf(larger, scrollTopOf(larger, place), 700)).toEqual({
    page: 20,
    top: expect.closeTo(place.top, 5),
  });
});

test('a place on a page stays where it is when that page turns out to have another size', () => {
  const place = { page: 20, top: 300 };
  const corrected = layOut(
    sizes.map((size, index) => (index === 19 ? { width: 500, height: 1_200 } : size)),
    1.5,
  );
  expect(scrollTopOf(corrected, place) - (corrected.tops[19] ?? 0)).toBe(450);
  expect(placeOf(corrected, scrollTopOf(corrected, place), 700)).toEqual(place);
});
