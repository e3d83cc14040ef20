/** Why an order or the word that it was carried out cannot be used. */
export type OrderErrorCode = 'MALFORMED' | 'WRONG_DEVICE' | 'WRONG_SITE' | 'NOT_ASKED';

/** An order that is not for this device, or not for now. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
  readonly code: OrderErrorCode;

  constructor(options: { code: OrderErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
