/** Why bytes are no search index. */
export type SearchErrorCode = 'NOT_AN_INDEX' | 'UNKNOWN_FORMAT' | 'TOO_LARGE';

/** A search index that cannot be opened. */
export class SearchError extends Error {
  readonly code: SearchErrorCode;

  constructor(init: { code: SearchErrorCode; detail: string; cause?: unknown }) {
    super(init.detail, init.cause === undefined ? {} : { cause: init.cause });
    this.name = 'SearchError';
    this.code = init.code;
  }
}
