import type { Settings } from './operators.ts';
import { single, type Value } from './value.ts';

/** Answers a whole number from 0 to 2³² − 1 each time. */
export type Generator = () => number;
/** Computes a value by chance. NULL where there is nothing to choose from. */
export type Draw = (operands: readonly Value[], settings: Settings, next: Generator) => Value;

/** formats/quiz.md 5.4: the operators of QTI that need chance. */
export const DRAWS: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ['random', ([from], _settings, next) => oneOf(from ?? null, next)],
  ['randomInteger', (_operands, settings, next) => wholeNumber(settings, next)],
  ['randomFloat', (_operands, settings, next) => fraction(settings, next)],
]);

function oneOf(from: Value, next: Generator): Value {
  const picked = from?.values[next() % from.values.length];
  return from === null || picked === undefined ? null : single(from.baseType, picked);
}

function wholeNumber(settings: Settings, next: Generator): Value {
  const [min, max, step] = [bound(settings, 'min', 0), bound(settings, 'max', 0), bound(settings, 'step', 1)];
  const count = Math.floor((max - min) / step) + 1;
  return Number.isSafeInteger(count) && count > 0 ? single('integer', min + step * (next() % count)) : null;
}

function fraction(settings: Settings, next: Generator): Value {
  const [min, max] = [bound(settings, 'min', 0), bound(settings, 'max', 1)];
  const value = min + (next() / 2 ** 32) * (max - min);
  return Number.isFinite(value) ? single('float', value) : null;
}

function bound(settings: Settings, name: string, absent: number): number {
  const text = settings.get(name);
  return text === undefined ? absent : text.trim() === '' ? Number.NaN : Number(text);
}
