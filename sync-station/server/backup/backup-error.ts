/** Why a backup cannot be made or used. */
export type BackupErrorCode = 'MEDIUM_MISSING' | 'OTHER_STATION' | 'NO_BACKUP' | 'DAMAGED' | 'OBJECT_MISSING';

/** A backup that is not there, not whole or not this station's; `detail` names the file. */
export class BackupError extends Error {
  readonly code: BackupErrorCode;
  constructor(options: { code: BackupErrorCode; detail?: string; cause?: unknown }) {
    super(options.detail === undefined ? options.code : `${options.code}: ${options.detail}`, { cause: options.cause });
    this.name = 'BackupError';
    this.code = options.code;
  }
}
