/** What is wrong with a quiz document or with a rule in it. */
export type QuizErrorCode = 'BAD_QUIZ' | 'BAD_VALUE' | 'BAD_RULE' | 'TOO_DEEP';

/** A quiz that cannot be used. `detail` names the place in the document, never what the learner answered. */
export class QuizError extends Error {
  override readonly name = 'QuizError';
  readonly code: QuizErrorCode;
  readonly detail: string;

  constructor(options: { code: QuizErrorCode; detail: string; cause?: unknown }) {
    super(`${options.code}: ${options.detail}`, { cause: options.cause });
    this.code = options.code;
    this.detail = options.detail;
  }
}

/** The shape of what is nested deeper than the format allows: nothing has it. */
export function tooDeep(_value: unknown, path: string): never {
  throw new QuizError({ code: 'TOO_DEEP', detail: path });
}
