/** Why a licence, a status list or a statement of the authorities cannot be used. */
export type LicenceErrorCode = 'MALFORMED' | 'TOO_LONG';

/** Signed data about licences that is not what its format asks for. */
export class LicenceError extends Error {
  override readonly name = 'LicenceError';
  readonly code: LicenceErrorCode;

  constructor(options: { code: LicenceErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
