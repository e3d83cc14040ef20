import type { ComponentChildren, JSX, Ref, TargetedInputEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface Described {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

interface FrameProps extends Described {
  readonly id: string;
  readonly children: ComponentChildren;
}

function Frame({ id, label, hint, error, children }: FrameProps): JSX.Element {
  return (
    <div class="ll-field">
      <label class="ll-field-label" for={id}>
        {label}
      </label>
      {hint && (
        <span class="ll-field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children}
      {error && (
        <span class="ll-field-error" id={`${id}-error`} role="alert">
          <Icon name="warning" />
          {error}
        </span>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Described): string | undefined {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return ids === '' ? undefined : ids;
}

/** Props of {@link Field}. */
export interface FieldProps extends Described {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'date' | 'email';
  readonly name?: string;
  readonly autocomplete?: string;
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'search';
  readonly maxLength?: number;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** Wide-set letters for codes that are read aloud or copied by hand. */
  readonly code?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** One line of text with its label, hint and error tied to it. */
export function Field(props: FieldProps): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={props.label} hint={props.hint} error={props.error}>
      {inputOf(props.type ?? 'text', attributesOf(id, props))}
    </Frame>
  );
}

function attributesOf(id: string, props: FieldProps) {
  return {
    id,
    ref: props.inputRef ?? null,
    class: props.code ? 'll-input ll-input-code' : 'll-input',
    name: props.name,
    value: props.value,
    autoComplete: props.autocomplete ?? 'off',
    inputMode: props.inputMode,
    maxLength: props.maxLength,
    required: props.required,
    disabled: props.disabled,
    spellcheck: !props.code,
    'aria-invalid': props.error ? true : undefined,
    'aria-describedby': describedBy(id, props),
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => props.onInput(event.currentTarget.value),
  };
}

// Preact's types tie the allowed roles to a literal `type`, hence one element a type.
function inputOf(type: NonNullable<FieldProps['type']>, attributes: ReturnType<typeof attributesOf>): JSX.Element {
  switch (type) {
    case 'text':
      return <input {...attributes} type="text" />;
    case 'password':
      return <input {...attributes} type="password" />;
    case 'search':
      return <input {...attributes} type="search" />;
    case 'number':
      return <input {...attributes} type="number" />;
    case 'date':
      return <input {...attributes} type="date" />;
    case 'email':
      return <input {...attributes} type="email" />;
  }
}

/** Props of {@link TextArea}. */
export interface TextAreaProps extends Described {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly rows?: number;
  readonly maxLength?: number;
  readonly language?: string | undefined;
}

/** Several lines of text with its label, hint and error tied to it. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={props.label} hint={props.hint} error={props.error}>
      <textarea
        id={id}
        class="ll-input"
        rows={props.rows ?? 6}
        value={props.value}
        maxLength={props.maxLength}
        lang={props.language}
        aria-invalid={props.error ? true : undefined}
        aria-describedby={describedBy(id, props)}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onBlur={() => props.onBlur?.()}
      />
    </Frame>
  );
}

/** One line of a {@link Select} or {@link Choices}. */
export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** Props of {@link Select} and {@link Choices}. */
export interface SelectProps<Value extends string> extends Described {
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
}

/** A native select. */
export function Select<Value extends string>(props: SelectProps<Value>): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} label={props.label} hint={props.hint} error={props.error}>
      <select
        id={id}
        class="ll-input"
        value={props.value}
        aria-describedby={describedBy(id, props)}
        onChange={(event) => {
          const chosen = props.options.find((option) => option.value === event.currentTarget.value);
          if (chosen) props.onChange(chosen.value);
        }}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** A few choices side by side, as radio buttons: better than a select when all fit on the screen. */
export function Choices<Value extends string>(props: SelectProps<Value>): JSX.Element {
  const id = useId();
  return (
    <fieldset class="ll-choices">
      <legend>{props.label}</legend>
      {props.options.map((option) => (
        <label key={option.value} class="ll-choice">
          <input
            type="radio"
            name={id}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

/** Props of {@link FileField}. */
export interface FileFieldProps extends Described {
  readonly accept?: string;
  /** The words of the button, and those that stand beside it while no file is chosen. */
  readonly texts: { readonly choose: string; readonly none: string };
  readonly onChange: (file: File | undefined) => void;
}

/** Takes one file from the computer. The browser's own words would come in the computer's language, not the reader's. */
export function FileField(props: FileFieldProps): JSX.Element {
  const id = useId();
  const [name, setName] = useState<string>();
  return (
    <Frame id={id} label={props.label} hint={props.hint} error={props.error}>
      <div class="ll-file">
        <input
          id={id}
          class="ll-visually-hidden"
          type="file"
          accept={props.accept}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={[describedBy(id, props), `${id}-name`].filter(Boolean).join(' ')}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            setName(file?.name);
            props.onChange(file);
          }}
        />
        <label class="ll-button ll-button-secondary" for={id}>
          {props.texts.choose}
        </label>
        <span id={`${id}-name`} class={name === undefined ? 'll-quiet' : undefined}>
          {name ?? props.texts.none}
        </span>
      </div>
    </Frame>
  );
}
