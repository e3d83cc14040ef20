import type { JSX } from 'preact';
import { Field } from '#ui/components/field.tsx';
import { texts } from '../i18n/texts.ts';

/** Props of {@link NewPinFields}. */
export interface NewPinFieldsProps {
  readonly label: string;
  readonly againLabel: string;
  readonly pin: string;
  readonly again: string;
  readonly onPin: (pin: string) => void;
  readonly onAgain: (again: string) => void;
  /** What is wrong with the two. */
  readonly error: string | undefined;
}

/** A new PIN, and the same once more. */
export function NewPinFields({ label, againLabel, pin, again, onPin, onAgain, error }: NewPinFieldsProps): JSX.Element {
  const common = { type: 'password', autocomplete: 'new-password' } as const;
  return (
    <>
      <Field label={label} hint={texts.t('enrol.pin.hint')} value={pin} onInput={onPin} {...common} />
      <Field label={againLabel} error={error} value={again} onInput={onAgain} {...common} />
    </>
  );
}

/** What a judgement of two PINs says to the learner; undefined for every other state of a form. */
export function pinProblem(said: string): string | undefined {
  return said === 'short' || said === 'simple' || said === 'different' ? texts.t(`enrol.pin.${said}`) : undefined;
}
