/** Why an import stopped. What was active before is active still, and the next try goes on where this one stopped. */
export type ImportErrorCode =
  | 'QUOTA'
  | 'NETWORK'
  | 'MISSING_CHUNK'
  | 'CHUNK_MISMATCH'
  | 'BAD_MODULE'
  | 'CANCELLED'
  | 'STORAGE';

/** An import that did not end. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;

  constructor(options: { code: ImportErrorCode; detail?: string; cause?: unknown }) {
    super(`${options.code} ${options.detail ?? ''}`, { cause: options.cause });
    this.code = options.code;
  }
}

/** Names a failure of the database: a full disk is the learner's to solve, with an officer; others are ours. */
export function storageError(cause: unknown): ImportError {
  if (cause instanceof ImportError) return cause;
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return new ImportError({ code: isFull ? 'QUOTA' : 'STORAGE', cause });
}
