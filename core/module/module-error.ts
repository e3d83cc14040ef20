/** What is wrong with a module: its manifest, its leaves or one of its chunks. */
export type ModuleErrorCode =
  | 'BAD_MANIFEST'
  | 'BAD_HREF'
  | 'DUPLICATE_HREF'
  | 'LEAVES_LENGTH'
  | 'LEAVES_MISMATCH'
  | 'FILE_MISMATCH'
  | 'CHUNK_MISMATCH';

/** A module that must not be shown. `detail` names the file or member, never the learner's text. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly code: ModuleErrorCode;
  readonly detail: string;

  constructor(options: { code: ModuleErrorCode; detail: string; cause?: unknown }) {
    super(`${options.code}: ${options.detail}`, { cause: options.cause });
    this.code = options.code;
    this.detail = options.detail;
  }
}
