/** Why a device was not enrolled. `code` is ours, or the station's own word as `WRONG_CODE` or `CODE_EXPIRED`. */
export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
  readonly code: string;

  constructor(options: { code: string; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
