/** Why a module or a file of it cannot be shown. */
export type ModulesErrorCode = 'NOT_HERE' | 'LOCKED' | 'CLOSED' | 'WITHDRAWN' | 'DAMAGED' | 'NO_SUCH_FILE' | 'RANGE';

/** A read that was not answered with content. */
export class ModulesError extends Error {
  override readonly name = 'ModulesError';
  readonly code: ModulesErrorCode;
  readonly path: string;
  readonly href: string | undefined;

  constructor(options: { code: ModulesErrorCode; path: string; href?: string; cause?: unknown }) {
    super(`${options.code}: ${options.path} ${options.href ?? ''}`, { cause: options.cause });
    this.code = options.code;
    this.path = options.path;
    this.href = options.href;
  }
}
