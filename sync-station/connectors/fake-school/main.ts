import { open, readFile, rename } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { feedbackPage, handInBody, messageBody, replyPage } from './school-api.ts';
import { createFakeSchool, type SchoolState } from './server.ts';

const stateShape = z.object({
  handIns: z.array(handInBody),
  messages: z.array(messageBody),
  feedback: feedbackPage.shape.items,
  replies: replyPage.shape.items,
});

const USAGE = 'fake-school --port N --token-file FILE [--state FILE]';

/** Runs a school of its own process, to try a station with, until SIGTERM or SIGINT. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...argv], options: { port: text, 'token-file': text, state: text } });
  const { port, 'token-file': tokenFile, state } = values;
  if (port === undefined || tokenFile === undefined || !/^\d{1,5}$/.test(port)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const token = (await readFile(tokenFile, 'utf8')).split(/\r?\n/)[0]?.trim() ?? '';
  const before = state === undefined ? undefined : await readState(state);
  const school = createFakeSchool({
    token,
    courses: [],
    ...(before ? { before } : {}),
    ...(state === undefined ? {} : { onChange: oneAfterAnother((now) => writeState(state, now)) }),
  });
  process.stdout.write(`${await school.server.listen({ host: '127.0.0.1', port: Number(port) })}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await school.server.close();
  return 0;
}

async function readState(file: string): Promise<SchoolState | undefined> {
  try {
    return stateShape.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeState(file: string, state: SchoolState): Promise<void> {
  const part = await open(`${file}.part`, 'w', 0o600);
  try {
    await part.writeFile(JSON.stringify(state));
    await part.sync();
  } finally {
    await part.close();
  }
  await rename(`${file}.part`, file);
}

/** Two writers of one file would mix their parts. */
function oneAfterAnother<T>(write: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let last = Promise.resolve();
  return (value) => {
    last = last.then(() => write(value));
    return last;
  };
}
