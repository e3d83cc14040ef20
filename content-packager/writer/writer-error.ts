/** Closed list of what can be wrong while writing, checking or publishing. */
export type WriterErrorCode =
  | 'BAD_IDENTITY'
  | 'NOT_A_BUNDLE'
  | 'BUNDLE_DAMAGED'
  | 'WRONG_COURSE'
  | 'OLDER_VERSION'
  | 'SAME_VERSION'
  | 'NOT_A_PROGRAMME'
  | 'PROGRAMME_EXISTS'
  | 'PROGRAMME_DAMAGED'
  | 'UNKNOWN_COURSE'
  | 'COURSE_EXISTS'
  | 'UNKNOWN_TUTOR'
  | 'TUTOR_EXISTS'
  | 'UNKNOWN_TARGET'
  | 'BUSY'
  | 'WRONG_PASSPHRASE'
  | 'NO_PASSPHRASE'
  | 'WEAK_PASSPHRASE'
  | 'KEY_MISSING'
  | 'KEY_DAMAGED'
  | 'NOT_PUBLISHED_THIS'
  | 'BAD_STATION_FILE'
  | 'BAD_REQUEST_FILE'
  | 'BAD_DEVICE';

/** A job that cannot be done. Says which file, what is wrong, and what to do about it. */
export class WriterError extends Error {
  readonly code: WriterErrorCode;
  readonly file: string;
  readonly advice: string;

  constructor(init: { code: WriterErrorCode; file: string; problem: string; advice: string; cause?: unknown }) {
    super(init.problem, init.cause === undefined ? {} : { cause: init.cause });
    this.name = 'WriterError';
    this.code = init.code;
    this.file = init.file;
    this.advice = init.advice;
  }
}
