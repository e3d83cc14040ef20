/** A colour as red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

const NAMED: ReadonlyMap<string, Colour> = new Map<string, Colour>([
  ['black', [0, 0, 0]],
  ['white', [255, 255, 255]],
  ['red', [255, 0, 0]],
  ['lime', [0, 255, 0]],
  ['green', [0, 128, 0]],
  ['blue', [0, 0, 255]],
  ['yellow', [255, 255, 0]],
  ['orange', [255, 165, 0]],
  ['gold', [255, 215, 0]],
  ['pink', [255, 192, 203]],
  ['purple', [128, 0, 128]],
  ['gray', [128, 128, 128]],
  ['grey', [128, 128, 128]],
  ['silver', [192, 192, 192]],
  ['lightgray', [211, 211, 211]],
  ['lightgrey', [211, 211, 211]],
  ['darkgray', [169, 169, 169]],
  ['darkgrey', [169, 169, 169]],
  ['cyan', [0, 255, 255]],
  ['aqua', [0, 255, 255]],
  ['magenta', [255, 0, 255]],
  ['fuchsia', [255, 0, 255]],
  ['navy', [0, 0, 128]],
  ['teal', [0, 128, 128]],
  ['maroon', [128, 0, 0]],
  ['olive', [128, 128, 0]],
]);

/** WCAG 2.2, 1.4.3: contrast that ordinary text needs. */
export const ENOUGH_CONTRAST = 4.5;

/** Reads a colour as CSS and old HTML write it; undefined for what is see-through, relative or unknown. */
export function readColour(text: string): Colour | undefined {
  const plain = text.trim().toLowerCase();
  const named = NAMED.get(plain);
  if (named) return named;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(plain);
  if (short) return colour(short.slice(1).map((digit) => Number.parseInt(digit + digit, 16)));
  const long = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(plain);
  if (long) return colour(long.slice(1).map((digits) => Number.parseInt(digits, 16)));
  const rgb = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/.exec(plain);
  return rgb ? colour(rgb.slice(1).map(Number)) : undefined;
}

function colour([red = 0, green = 0, blue = 0]: readonly number[]): Colour {
  return [red, green, blue];
}

/** WCAG 2.2: the contrast ratio of two colours, 1 to 21. */
export function contrastOf(a: Colour, b: Colour): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 1) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(of: Colour): number {
  const [red = 0, green = 0, blue = 0] = of.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
