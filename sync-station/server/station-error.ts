/** Why a station cannot start or do what its command asks. */
export type StationErrorCode =
  | 'BAD_CONFIG'
  | 'NOT_INITIALISED'
  | 'ALREADY_INITIALISED'
  | 'NO_PASSPHRASE'
  | 'WRONG_PASSPHRASE'
  | 'BAD_KEY_FILE'
  | 'USAGE';

/** A failure of the station's commands; `detail` names the file or flag, for people who run stations. */
export class StationError extends Error {
  readonly code: StationErrorCode;
  readonly detail: string | undefined;
  constructor(options: { code: StationErrorCode; detail?: string; cause?: unknown }) {
    super(options.detail === undefined ? options.code : `${options.code}: ${options.detail}`, { cause: options.cause });
    this.name = 'StationError';
    this.code = options.code;
    this.detail = options.detail;
  }
}
