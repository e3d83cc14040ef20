/** Why a cryptographic step failed. */
export type CryptoErrorCode = 'BAD_CIPHERTEXT' | 'BAD_PUBLIC_KEY' | 'BAD_SEED' | 'BAD_SIGNATURE_LENGTH';

/** Broken input to a cryptographic function. A signature that does not verify is a value, not an error. */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(options: { code: CryptoErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
