/** Why the client could not do its job, apart from what a repository did wrong (`RepositoryError`). */
export type TufClientErrorCode = 'USAGE' | 'NO_ROOT' | 'HTTP_STATUS' | 'TIMED_OUT' | 'UNREACHABLE' | 'OUTSIDE_BASE';

/** A failure of the command, or of the way to the repository. */
export class TufClientError extends Error {
  override readonly name = 'TufClientError';
  readonly code: TufClientErrorCode;

  constructor(options: { code: TufClientErrorCode; detail: string; cause?: unknown }) {
    super(`${options.code}: ${options.detail}`, { cause: options.cause });
    this.code = options.code;
  }
}
