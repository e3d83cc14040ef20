/** Why a time or a stored clock is not accepted. */
export type ClockErrorCode = 'MALFORMED' | 'NO_QUESTION' | 'WRONG_NONCE' | 'OTHER_BOOT' | 'TOO_OLD' | 'WRONG_SITE';

/** Station time that answers no question of this session, or a broken statement. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
  readonly code: ClockErrorCode;

  constructor(options: { code: ClockErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
