import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, type CommandContext, textOption, word } from '../command.ts';
import { accessTo, requiredOption } from '../programme-access.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;
const loadProgramme = () => import('../../writer/programme/index.ts');

const words: Command = {
  name: 'programme words',
  words: ['REQUEST'],
  summary: 'Show the confirmation words of a request, to be read out to whoever signs it',
  options: {},
  optionHelp: {},
  async run(context) {
    const { confirmationWords, parseRequest } = await loadProgramme();
    const path = resolve(context.folder, word(context, 0));
    const request = parseRequest(new Uint8Array(await readFile(path)), word(context, 0));
    const list = await confirmationWords(request.documents);
    return { data: { id: request.id, words: list }, text: list.join(' ') };
  },
};

const sign: Command = {
  name: 'programme sign',
  words: ['REQUEST'],
  summary: "Judge a request and sign it with one's own key, on one's own machine",
  options: {
    key: TEXT,
    output: { type: 'string', short: 'o' },
    words: TEXT,
    fingerprint: TEXT,
    first: { type: 'boolean' },
  },
  optionHelp: {
    key: 'FILE: your key file',
    output: 'FILE: where the signatures go (-o)',
    words: '"W W …": the words that the publishing host read out; else they are asked for',
    fingerprint: 'HEX: the root fingerprint of the programme, needed the first time',
    first: 'this is the first ceremony of a new programme, which has no fingerprint yet',
  },
  async run(context) {
    const { openCustodianKey, signRequest, summaryOf, viewRequest, writeDurably } = await loadProgramme();
    const [key, output] = [
      requiredOption(context, 'key', 'root-1.json'),
      requiredOption(context, 'output', 'signed.json'),
    ];
    const fingerprint = textOption(context, 'fingerprint');
    if (fingerprint !== undefined && !/^[0-9a-f]{64}$/i.test(fingerprint))
      throw new UsageError(
        'the fingerprint is not complete',
        'It has 64 digits from 0 to f; "programme status" shows it.',
      );
    const keyFile = resolve(context.folder, key);
    const view = await viewRequest(
      resolve(context.folder, word(context, 0)),
      keyFile,
      { isFirst: context.options['first'] === true, fingerprint },
      context.nowMs(),
    );
    const summary = summaryOf(view.review);
    context.say([...summary, ...view.warnings.map((warning) => `! ${warning}`)].join('\n'));
    const typed = textOption(context, 'words') ?? (await askForWords(context, view.review.words));
    const signed = await signRequest(view, typed, () => openCustodianKey(keyFile, context.passphrase(false)));
    await writeDurably(resolve(context.folder, output), signed.bytes);
    return {
      data: {
        request: view.review.request.id,
        roles: signed.roles,
        keyId: signed.keyId,
        words: view.review.words,
        summary,
        warnings: view.warnings,
        output,
      },
      text: `Signed ${signed.roles.join(', ')}. Take ${output} to the publishing host.`,
    };
  },
};

/** The words are shown, and then said back by the other side: a reflex "yes" would compare nothing. */
async function askForWords(context: CommandContext, own: readonly string[]): Promise<string> {
  context.say(`Confirmation words: ${own.join(' ')}`);
  return context.ask('Call the publishing host. Type the words that are read out to you: ');
}

const importCommand: Command = {
  name: 'programme import',
  words: ['DIR', 'SIGNATURES'],
  summary: 'Bring in signatures; with all that are needed, the change is published',
  options: {},
  optionHelp: {},
  async run(context) {
    const { importSignatures } = await loadProgramme();
    const [dir, file] = [word(context, 0), word(context, 1)];
    const bytes = new Uint8Array(await readFile(resolve(context.folder, file)));
    const { id, title, added, counts, rootSha256 } = await importSignatures(accessTo(context, dir), bytes, file);
    const missing = counts.filter(({ have, need }) => have < need);
    return {
      data: {
        request: id,
        title,
        added,
        published: rootSha256 !== undefined,
        rootSha256: rootSha256 ?? null,
        signatures: counts.map((count) => ({ ...count })),
      },
      text:
        rootSha256 === undefined
          ? [
              `Took ${added === 1 ? 'one signature' : `${added} signatures`}. Nothing is published yet: ${title}.`,
              ...missing.map(({ role, have, need }) => `  ${role}: ${have} of ${need} signatures`),
            ].join('\n')
          : `Published: ${title}.\nRoot fingerprint: ${rootSha256}`,
    };
  },
};

const cancel: Command = {
  name: 'programme cancel',
  words: ['DIR', '[REQUEST-ID]'],
  summary: 'Give up a change that waits for signatures',
  options: {},
  optionHelp: {},
  async run(context) {
    const { cancelRequest } = await loadProgramme();
    const { id, title } = await cancelRequest(accessTo(context, word(context, 0)), context.words[1]);
    return { data: { request: id, title }, text: `Gave up "${title}" (${id}). Nothing of it was published.` };
  },
};

/** The commands by which custodians on separate machines sign together. */
export const signingCommands: readonly Command[] = [words, sign, importCommand, cancel];
