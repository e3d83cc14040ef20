import { type Shape, string } from '#core/json/shape.ts';

/** `major.minor.patch`, of a module or of the app. */
export const version: Shape<string> = string({ maxLength: 32, pattern: /^\d+\.\d+\.\d+$/ });

/** Compares `1.2.10` and `1.2.9` by number: negative when `a` comes first, zero, positive. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
