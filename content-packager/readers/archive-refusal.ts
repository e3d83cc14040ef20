import { ReaderError, type ReaderErrorCode } from './reader-error.ts';

/** Why an archive is not taken. */
export function refusal(code: ReaderErrorCode, file: string, problem: string, advice: string): ReaderError {
  return new ReaderError({ code, file, problem, advice });
}

/** Two names in an archive that are one on computers that know no upper case or other forms of a letter. */
export function twinRefusal(code: ReaderErrorCode, file: string, first: string, second: string): ReaderError {
  const problem = `holds two files that are one on many computers: "${printable(first)}" and "${printable(second)}"`;
  return refusal(code, file, problem, 'Rename one of them and make the archive again.');
}

/** A name out of an archive, safe to show on a terminal. */
export function printable(name: string): string {
  return JSON.stringify(name).slice(1, -1).slice(0, 120);
}
