import type { Area } from './interaction.ts';

/** A shape on a picture with its coordinates, as in an HTML image map. */
export type Shape2d = Pick<Area, 'shape' | 'coords'>;

/** Whether a point, `x y` in the picture's pixels, lies in the area; its edge belongs to it. */
export function isInside(area: Shape2d, point: string): boolean {
  const [x = Number.NaN, y = Number.NaN] = point.split(' ').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = area.coords;
  switch (area.shape) {
    case 'default':
      return true;
    case 'circle':
      return Math.hypot(x - a, y - b) <= c;
    case 'ellipse':
      return c > 0 && d > 0 && ((x - a) / c) ** 2 + ((y - b) / d) ** 2 <= 1;
    case 'rect':
      return x >= Math.min(a, c) && x <= Math.max(a, c) && y >= Math.min(b, d) && y <= Math.max(b, d);
    case 'poly':
      return isInsidePolygon(area.coords, x, y);
  }
}

function isInsidePolygon(coords: readonly number[], x: number, y: number): boolean {
  const corners: [number, number][] = [];
  for (let index = 0; index + 1 < coords.length; index += 2) corners.push([coords[index] ?? 0, coords[index + 1] ?? 0]);
  let inside = false;
  let [px, py] = corners.at(-1) ?? [0, 0];
  for (const [cx, cy] of corners) {
    const along = (cx - px) * (y - py) - (cy - py) * (x - px);
    const isBetween = x >= Math.min(px, cx) && x <= Math.max(px, cx) && y >= Math.min(py, cy) && y <= Math.max(py, cy);
    if (along === 0 && isBetween) return true;
    if (cy > y !== py > y && x < ((px - cx) * (y - cy)) / (py - cy) + cx) inside = !inside;
    [px, py] = [cx, cy];
  }
  return inside;
}
