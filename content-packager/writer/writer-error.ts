/** Closed list of what can be wrong while writing, checking or publishing. */
export type WriterErrorCode =
  | 'BAD_IDENTITY'
  | 'NOT_A_BUNDLE'
  | 'NOT_A_PARCEL'
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
  | 'BAD_DEVICE'
  | 'BAD_PUBLIC_KEY'
  | 'UNKNOWN_KEY'
  | 'UNKNOWN_ROLE'
  | 'LAST_TUTOR'
  | 'UNKNOWN_STATION'
  | 'SHORT_OVERLAP'
  | 'LOWER_FLOOR'
  | 'KEY_IN_REPOSITORY'
  | 'BAD_REQUEST'
  | 'REQUEST_REFUSED'
  | 'REQUEST_OUTDATED'
  | 'REQUEST_WAITING'
  | 'NO_SUCH_REQUEST'
  | 'WORDS_DIFFER'
  | 'BAD_SIGNATURE_FILE'
  | 'VERSIONS_SPENT'
  | 'UNKNOWN_PROGRAMME'
  | 'BAD_MIRROR';

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
