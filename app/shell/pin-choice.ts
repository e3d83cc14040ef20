/** What there is to say about a PIN that was typed twice. */
export type PinJudgement = 'good' | 'short' | 'simple' | 'different';

/** Judges a new PIN: at least six characters, no single repeated digit, no plain run, typed the same twice. */
export function judgePin(pin: string, again: string): PinJudgement {
  if (pin.length < 6) return 'short';
  if (/^(.)\1+$/.test(pin) || '01234567890123456789'.includes(pin) || '98765432109876543210'.includes(pin))
    return 'simple';
  return pin === again ? 'good' : 'different';
}
