/** Why the vault did not do as asked. */
export type VaultErrorCode =
  | 'WEAK_PIN'
  | 'WRONG_PIN'
  | 'NO_VAULT'
  | 'DERIVATION'
  | 'LOCKED'
  | 'WRONG_KEY'
  | 'NOT_ALLOWED';

/** A PIN that is refused, or a vault that is closed. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(options: { code: VaultErrorCode; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}
