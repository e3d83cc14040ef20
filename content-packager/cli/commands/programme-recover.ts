import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, textOption } from '../command.ts';
import { randomness, requiredOption } from '../programme-access.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;

/** `leeslicht programme recover [DIR] --request FILE -o FILE [--key FILE]` */
export const recoverCommand: Command = {
  name: 'programme recover',
  words: ['[DIR]'],
  summary: "Open a learner's key for one device, a replacement or one whose PIN is forgotten, with the recovery key",
  options: { request: TEXT, output: { type: 'string', short: 'o' }, key: TEXT },
  optionHelp: {
    request: 'FILE: the request that the desk made',
    output: 'FILE: where the answer goes (-o)',
    key: 'FILE: the recovery key file, where it is not in DIR/keys',
  },
  async run(context) {
    const { answerRecovery, openKeyRing, openRecoveryKey, readProgramme, writeDurably } = await import(
      '../../writer/programme/index.ts'
    );
    const [request, output] = [
      requiredOption(context, 'request', 'request.json'),
      requiredOption(context, 'output', 'answer.json'),
    ];
    const [key, typedDir] = [textOption(context, 'key'), context.words[0]];
    const passphrase = context.passphrase(false);
    const identities = async (): Promise<readonly string[]> => {
      if (key !== undefined) return [await openRecoveryKey(resolve(context.folder, key), passphrase)];
      if (typedDir === undefined)
        throw new UsageError('the recovery key is missing', 'Give --key FILE, or the folder of the programme.');
      const dir = resolve(context.folder, typedDir);
      await readProgramme(dir);
      return openKeyRing(dir, passphrase, randomness).ageIdentities();
    };
    const answer = await answerRecovery(new Uint8Array(await readFile(request)), request, identities);
    await writeDurably(resolve(output), new TextEncoder().encode(`${JSON.stringify(answer, null, 2)}\n`), 0o600);
    const { learnerId, deviceId, recipient, purpose } = answer;
    const what =
      purpose === 'new-pin'
        ? `learner ${learnerId} can now choose a new PIN on device ${deviceId} only, and whoever does reads what is on it`
        : `the backup of learner ${learnerId} can now be opened on device ${deviceId} only`;
    return {
      data: { output, learnerId, deviceId, recipient, purpose },
      text: `Wrote ${output}: ${what} (${recipient}). Tell the learner.`,
    };
  },
};
