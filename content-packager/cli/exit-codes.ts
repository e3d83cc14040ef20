import { BytesError } from '#core/bytes/bytes.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import { ReaderError } from '../readers/reader-error.ts';
import { WriterError } from '../writer/writer-error.ts';
import { UsageError } from './usage-error.ts';

/** docs/guides/cli.md: what a script can tell from the exit code. */
export const EXIT = { ok: 0, notGood: 1, usage: 2, runsOutSoon: 2, refused: 3, io: 4, keys: 5 } as const;

/** A failure as people and scripts see it. */
export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly file?: string;
  readonly problem: string;
  readonly advice: string;
}

const KEY_CODES: ReadonlySet<string> = new Set([
  'WRONG_PASSPHRASE',
  'NO_PASSPHRASE',
  'WEAK_PASSPHRASE',
  'KEY_MISSING',
  'KEY_DAMAGED',
  'KEY_IN_REPOSITORY',
  'UNKNOWN_KEY',
]);
const NOT_GOOD_CODES: ReadonlySet<string> = new Set([
  'BUNDLE_DAMAGED',
  'NOT_A_BUNDLE',
  'NOT_A_PARCEL',
  'NOT_PUBLISHED_THIS',
  'PROGRAMME_DAMAGED',
]);

/** Maps whatever a command threw to words and an exit code. `checking` is set for the commands whose job is to judge a thing. */
export function failureOf(error: unknown, checking: boolean): Failure {
  if (error instanceof UsageError)
    return { exitCode: EXIT.usage, code: 'USAGE', problem: error.message, advice: error.advice };
  if (error instanceof ReaderError) {
    const exitCode = error.code === 'NOT_FOUND' || error.code === 'CHANGED_WHILE_READING' ? EXIT.io : EXIT.refused;
    return { exitCode, code: error.code, file: error.file, problem: error.message, advice: error.advice };
  }
  if (error instanceof WriterError)
    return {
      exitCode: exitCodeOf(error.code, checking),
      code: error.code,
      file: error.file,
      problem: error.message,
      advice: error.advice,
    };
  if (error instanceof RepositoryError) {
    return {
      exitCode: checking ? EXIT.notGood : EXIT.refused,
      code: error.code,
      problem: `the programme's signatures do not hold: ${error.message}`,
      advice: 'Do not publish from this folder; put back the last good copy of repository/.',
    };
  }
  if (error instanceof BytesError)
    return {
      exitCode: EXIT.refused,
      code: error.code,
      problem: error.message,
      advice: 'Check the file that was given.',
    };
  if (error instanceof Error && 'syscall' in error) return fileFailure(error);
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: EXIT.io,
    code: 'UNEXPECTED',
    problem: `something went wrong that should not: ${problem}`,
    advice: 'Please report this text to the makers of Leeslicht.',
  };
}

function exitCodeOf(code: WriterError['code'], checking: boolean): number {
  if (KEY_CODES.has(code)) return EXIT.keys;
  if (code === 'BUSY') return EXIT.io;
  return checking && NOT_GOOD_CODES.has(code) ? EXIT.notGood : EXIT.refused;
}

const SYSTEM_ADVICE: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['cannot be found', 'Check the path; put it in quotes when it has spaces.'],
  EACCES: ['may not be opened by you', 'Ask for the right to read and write it, or choose another folder.'],
  EPERM: ['may not be changed by you', 'Ask for the right to write it, or choose another folder.'],
  ENOSPC: ['could not be written: the disk is full', 'Make room and try again; nothing was changed.'],
  EROFS: ['lies on a disk that cannot be written', 'Choose another folder.'],
  EISDIR: ['is a folder, not a file', 'Give the path of a file.'],
  ENOTDIR: ['is a file, not a folder', 'Give the path of a folder.'],
  EEXIST: ['is already there', 'Choose another name.'],
};

function fileFailure(error: Error): Failure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
  const file = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const [problem, advice] = SYSTEM_ADVICE[code] ?? [
    `could not be used (${error.message})`,
    'Check the disk and try again.',
  ];
  return { exitCode: EXIT.io, code, ...(file === undefined ? {} : { file }), problem, advice };
}
