import type { VariableNode } from './body.ts';
import type { Scalar, Value } from './value.ts';

/** formats/quiz.md 3.4: words around one conversion of C's `printf`; `%%` is a percent sign. */
export const NUMBER_FORMAT = /^((?:[^%]|%%)*)%([-+ 0#]*)(\d{0,2})(?:\.(\d{0,2}))?([dieEfFgGoxXs])((?:[^%]|%%)*)$/;

/** The value of a variable as the text of a question shows it; several stand behind one another, NULL is nothing. */
export function printedValue(value: Value, how: Pick<VariableNode, 'format' | 'delimiter' | 'index'> = {}): string {
  const values = value?.values ?? [];
  const chosen = how.index === undefined ? values : values.slice(how.index - 1, how.index);
  return chosen.map((one) => printedScalar(one, how.format)).join(how.delimiter ?? '; ');
}

/** A number without a format goes without the last digits that binary arithmetic adds. */
function printedScalar(value: Scalar, format: string | undefined): string {
  if (typeof value !== 'number') return String(value);
  const [, before = '', flags = '', width = '', precision, kind = '', after = ''] =
    NUMBER_FORMAT.exec(format ?? '') ?? [];
  if (kind === '') return String(Number(value.toPrecision(12)));
  const digits = precision === undefined ? undefined : Number(precision);
  const unsigned = converted(Math.abs(value), kind, digits, flags.includes('#'));
  const sign = value < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return `${plain(before)}${padded(sign, unsigned, Number(width), flags)}${plain(after)}`;
}

function converted(value: number, kind: string, digits: number | undefined, keepsZeros: boolean): string {
  switch (kind) {
    case 'd':
    case 'i':
      return Math.round(value)
        .toFixed(0)
        .padStart(digits ?? 1, '0');
    case 'o':
      return Math.round(value)
        .toString(8)
        .padStart(digits ?? 1, '0');
    case 'x':
    case 'X': {
      const hex = Math.round(value)
        .toString(16)
        .padStart(digits ?? 1, '0');
      return kind === 'X' ? hex.toUpperCase() : hex;
    }
    case 'f':
    case 'F':
      return value.toFixed(digits ?? 6);
    case 'e':
    case 'E':
      return exponential(value, digits ?? 6, kind);
    case 'g':
    case 'G':
      return shortest(value, digits === 0 ? 1 : (digits ?? 6), kind === 'G' ? 'E' : 'e', keepsZeros);
    default:
      return String(Number(value.toPrecision(12)));
  }
}

/** C writes at least two digits of exponent. */
function exponential(value: number, digits: number, letter: string): string {
  return value.toExponential(digits).replace(/e([+-])(\d+)$/, (_, sign: string, power: string) => {
    return `${letter}${sign}${power.padStart(2, '0')}`;
  });
}

/** `%g`: as `%e` for the very small and large, else as `%f`, and without zeros at the end. */
function shortest(value: number, digits: number, letter: string, keepsZeros: boolean): string {
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const isPlain = power >= -4 && power < digits;
  const text = isPlain ? value.toFixed(digits - 1 - power) : exponential(value, digits - 1, letter);
  return keepsZeros ? text : text.replace(/(\.\d*?)0+(?=$|[eE])/, '$1').replace(/\.(?=$|[eE])/, '');
}

function padded(sign: string, text: string, width: number, flags: string): string {
  if (flags.includes('-')) return `${sign}${text}`.padEnd(width, ' ');
  return flags.includes('0')
    ? `${sign}${text.padStart(width - sign.length, '0')}`
    : `${sign}${text}`.padStart(width, ' ');
}

function plain(text: string): string {
  return text.replaceAll('%%', '%');
}
