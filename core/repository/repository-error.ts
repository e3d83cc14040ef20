/** Why metadata or a target is not accepted. */
export type RepositoryErrorCode =
  | 'MALFORMED'
  | 'TOO_LARGE'
  | 'MISSING'
  | 'BAD_SIGNATURE'
  | 'THRESHOLD'
  | 'WRONG_VERSION'
  | 'ROLLBACK'
  | 'EXPIRED'
  | 'LENGTH'
  | 'HASH_MISMATCH'
  | 'NOT_DELEGATED'
  | 'NO_SUCH_TARGET'
  | 'TOO_MANY_DELEGATIONS';

/** Something published that must not be trusted. `role` is the metadata role, or the path of a target. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly code: RepositoryErrorCode;
  readonly role: string;

  constructor(options: { code: RepositoryErrorCode; role: string; cause?: unknown }) {
    super(`${options.code}: ${options.role}`, { cause: options.cause });
    this.code = options.code;
    this.role = options.role;
  }
}
