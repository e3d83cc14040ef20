/** Why a record cannot be read or kept. */
export type RecordsErrorCode = 'LOCKED' | 'QUOTA' | 'DAMAGED' | 'STORAGE' | 'NOT_ALLOWED' | 'TOO_LARGE';

/** A record that was not read or not kept. */
export class RecordsError extends Error {
  override readonly name = 'RecordsError';
  readonly code: RecordsErrorCode;

  constructor(options: { code: RecordsErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
