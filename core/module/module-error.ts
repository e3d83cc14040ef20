/** Why a module, or a part of it, is not accepted. */
export type ModuleErrorCode =
  | 'MALFORMED'
  | 'TOO_LARGE'
  | 'UNSAFE_HREF'
  | 'DUPLICATE_HREF'
  | 'DANGLING_HREF'
  | 'WRONG_LENGTH'
  | 'LEAVES_MISMATCH'
  | 'FILE_MISMATCH'
  | 'CHUNK_MISMATCH'
  | 'NO_SUCH_CHUNK';

/** A module that breaks its format or does not hold what its manifest says. `href` names the file concerned. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly code: ModuleErrorCode;
  readonly href: string | undefined;

  constructor(options: { code: ModuleErrorCode; href?: string; cause?: unknown }) {
    super(options.href === undefined ? options.code : `${options.code}: ${options.href}`, { cause: options.cause });
    this.code = options.code;
    this.href = options.href;
  }
}
