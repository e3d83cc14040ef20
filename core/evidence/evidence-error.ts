/** Why a report is not believed. */
export type EvidenceErrorCode = 'MALFORMED' | 'BAD_SIGNATURE' | 'WRONG_DEVICE';

/** A text that is no report, or not one of this device. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;

  constructor(options: { code: EvidenceErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
