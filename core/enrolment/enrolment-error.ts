/** Why an enrolment request or its words cannot be used. */
export type EnrolmentErrorCode = 'MALFORMED' | 'NOT_SELF_SIGNED' | 'BAD_WORD_LIST' | 'BAD_CODE';

/** A broken enrolment request, code or word list. */
export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
  readonly code: EnrolmentErrorCode;

  constructor(options: { code: EnrolmentErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
