import type { DeskProblemCode } from '../../api/problem.ts';

const statusOf: Partial<Record<DeskProblemCode, number>> = {
  SIGN_IN_FIRST: 401,
  WRONG_LOGIN: 401,
  WAIT_BEFORE_LOGIN: 429,
  PASSWORD_AGAIN: 403,
  ROLE_MISSING: 403,
  WRONG_ORIGIN: 403,
  NO_GRANT: 403,
  NOT_FOUND: 404,
  LOGIN_TAKEN: 409,
  NAME_TAKEN: 409,
  LAST_ADMINISTRATOR: 409,
  WRONG_STATE: 409,
  FILE_TOO_LARGE: 413,
  CODE_UNKNOWN: 404,
  MIRROR_FAILED: 502,
  DISK_RESERVE: 507,
  INTERNAL: 500,
};

/** A refusal of the desk; its HTTP status follows from the code (400 unless listed). */
export class DeskError extends Error {
  readonly code: DeskProblemCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  constructor(code: DeskProblemCode, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = 'DeskError';
    this.code = code;
    this.status = statusOf[code] ?? 400;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
