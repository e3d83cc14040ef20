/** Why a licence, or something that a licence rests on, is not accepted. */
export type LicenceErrorCode =
  | 'MALFORMED'
  | 'TOO_LONG'
  | 'WRONG_DEVICE'
  | 'WRONG_DEVICE_KEYS'
  | 'WRONG_SITE'
  | 'WRONG_NONCE'
  | 'WRONG_PREVIOUS'
  | 'OLDER_SERIAL'
  | 'MORE_THAN_GRANTED'
  | 'BELOW_FLOOR';

/** A licence, status list, station grant or licence request that cannot be used. */
export class LicenceError extends Error {
  override readonly name = 'LicenceError';
  readonly code: LicenceErrorCode;

  constructor(options: { code: LicenceErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
