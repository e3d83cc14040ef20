import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { WriterError } from '../writer/writer-error.ts';
import { UsageError } from './usage-error.ts';

/** Where a passphrase can come from. */
export interface PassphraseSources {
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly input: NodeJS.ReadStream;
  readonly output: { write(text: string): unknown };
  /** A new passphrase is asked twice and must be long enough. */
  readonly isNew: boolean;
}

const MIN_LENGTH = 12;

/**
 * The passphrase of the key files: from `--passphrase-file`, LEESLICHT_PASSPHRASE_FILE, LEESLICHT_PASSPHRASE, or typed
 * on a terminal without being shown. One line break at the end of a file does not count.
 */
export async function readPassphrase(sources: PassphraseSources): Promise<string> {
  const path = sources.file ?? sources.environment['LEESLICHT_PASSPHRASE_FILE'];
  const given =
    path === undefined
      ? sources.environment['LEESLICHT_PASSPHRASE']
      : (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  const passphrase = given ?? (await prompt(sources));
  if (passphrase === '') throw missing();
  if (sources.isNew && passphrase.length < MIN_LENGTH) {
    throw new WriterError({
      code: 'WEAK_PASSPHRASE',
      file: path ?? 'passphrase',
      problem: `is shorter than ${MIN_LENGTH} characters`,
      advice: 'Take four or more words that do not belong together.',
    });
  }
  return passphrase;
}

async function prompt(sources: PassphraseSources): Promise<string> {
  if (!sources.input.isTTY) throw missing();
  const first = await typed(
    sources,
    sources.isNew
      ? `New passphrase for the key files (at least ${MIN_LENGTH} characters): `
      : 'Passphrase of the key files: ',
  );
  if (sources.isNew && (await typed(sources, 'The same once more: ')) !== first) {
    throw new WriterError({
      code: 'WRONG_PASSPHRASE',
      file: 'passphrase',
      problem: 'was typed differently the second time',
      advice: 'Start again.',
    });
  }
  return first;
}

/** Asks for something that is no secret; what is typed is shown. Throws `UsageError` where there is no terminal. */
export async function askOpenly(
  { input, output }: Pick<PassphraseSources, 'input' | 'output'>,
  question: string,
): Promise<string> {
  if (!input.isTTY) throw new UsageError('there is no terminal to ask on', 'Give the answer as an option: see --help.');
  const lines = createInterface({ input });
  output.write(question);
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}

function typed({ input, output }: PassphraseSources, question: string): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.resume();
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (): void => {
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
    };
    const onData = (data: string | Buffer): void => {
      for (const key of String(data)) {
        if (key === '\r' || key === '\n' || key === '\u0004') {
          finish();
          resolve(text);
          return;
        }
        if (key === '\u0003') {
          finish();
          reject(missing());
          return;
        }
        text = key === '\u007f' || key === '\b' ? [...text].slice(0, -1).join('') : text + key;
      }
    };
    input.on('data', onData);
  });
}

function missing(): WriterError {
  return new WriterError({
    code: 'NO_PASSPHRASE',
    file: 'passphrase',
    problem: 'was not given',
    advice: 'Type it when asked, or use --passphrase-file FILE or LEESLICHT_PASSPHRASE_FILE.',
  });
}
