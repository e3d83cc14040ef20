import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const FOREVER_MS = 0x7fffffff;

/** `leeslicht studio [INPUT]` */
export const studioCommand: Command = {
  name: 'studio',
  words: ['[INPUT]'],
  summary: 'Open a page in the browser to check, look at and publish a course',
  options: {},
  optionHelp: {},
  async run(context) {
    const dist = findDist();
    const { startStudio } = await import('../../studio/server.ts');
    const running = await startStudio(dist, context.nowMs);
    const [input] = context.words;
    try {
      context.say(
        `The studio is open. Go to this address in a browser on this computer:\n\n  ${running.address}\n\nCtrl-C ends it.`,
      );
      if (input !== undefined) await running.studio.open(resolve(context.folder, input), true);
      while (await context.wait(FOREVER_MS)) {
        // Until the signal that ends the process.
      }
    } finally {
      await running.close();
    }
    return { data: {}, text: 'The studio is closed.' };
  },
};

/** The folder with the built pages: beside the program that runs. */
function findDist(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'studio/index.html'))) return folder;
    if (existsSync(join(folder, 'dist/studio/index.html'))) return join(folder, 'dist');
    if (dirname(folder) === folder)
      throw new UsageError('the pages of the studio are not built', 'Run "npm run build" first.');
  }
}
