/** What the dock answers in `{"error": CODE}`; the app has words for each. */
export type DockErrorCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'WRONG_HOST'
  | 'WRONG_ORIGIN'
  | 'UNKNOWN_DEVICE'
  | 'BAD_NONCE'
  | 'BAD_SIGNATURE'
  | 'WRONG_CODE'
  | 'CODE_EXPIRED'
  | 'WRONG_STATION'
  | 'TOO_LARGE'
  | 'TOO_MANY'
  | 'DISK_RESERVE'
  | 'REVOKED'
  | 'SUSPENDED'
  | 'FORKED'
  | 'MOVED'
  | 'BAD_HANDOVER'
  | 'OLD_HANDOVER'
  | 'BAD_WORD'
  | 'NOT_AUTHORISED'
  | 'INTERNAL';

/** A request the dock does not do. */
export class DockError extends Error {
  readonly status: number;
  readonly code: DockErrorCode;
  constructor(status: number, code: DockErrorCode, cause?: unknown) {
    super(code, { cause });
    this.name = 'DockError';
    this.status = status;
    this.code = code;
  }
}
