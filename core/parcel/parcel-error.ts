/** Why a parcel, or an answer about one, is not accepted. */
export type ParcelErrorCode =
  | 'MALFORMED'
  | 'TOO_LARGE'
  | 'BAD_SIGNATURE'
  | 'WRONG_SENDER'
  | 'TRUNCATED'
  | 'WRONG_CIPHERTEXT'
  | 'BAD_AGE_HEADER'
  | 'CANNOT_DECRYPT'
  | 'BAD_ARCHIVE'
  | 'HEADER_DIFFERS'
  | 'BAD_ITEM'
  | 'MISSING_ATTACHMENT'
  | 'BAD_RECIPIENT';

/** A parcel that is broken, forged, too big or not for this reader. */
export class ParcelError extends Error {
  override readonly name = 'ParcelError';
  readonly code: ParcelErrorCode;

  constructor(options: { code: ParcelErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
