import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, textOption, word } from '../command.ts';
import { sizeText } from '../progress.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;

const exportCommand: Command = {
  name: 'mirror export',
  words: ['DIR', 'STICK'],
  summary: 'Put a repository on a stick for a station without a line: metadata, and chunks that it lacks',
  options: {},
  optionHelp: {},
  checking: true,
  async run(context) {
    const { exportMirror } = await import('../../writer/mirror/export.ts');
    const [dir, stick] = [resolve(context.folder, word(context, 0)), resolve(context.folder, word(context, 1))];
    const done = await exportMirror(await repositoryFolder(dir), stick, context.nowMs());
    const { modules, copied, copiedBytes, left, removed, timestampExpiresAtMs } = done;
    return {
      data: { modules, copied, copiedBytes, left, removed, goodUntil: new Date(timestampExpiresAtMs).toISOString() },
      text: `Put ${modules} modules on ${word(context, 1)}: ${copied} new files (${sizeText(copiedBytes)}), ${left} were there or are at every mirror, ${removed} removed.\nTo be taken over before ${new Date(timestampExpiresAtMs).toISOString().slice(0, 10)}.`,
    };
  },
};

const importCommand: Command = {
  name: 'mirror import',
  words: ['STICK', 'FOLDER'],
  summary: 'Check a stick as a device does and take it over into a folder that a station reads',
  options: { fingerprint: TEXT, receiver: TEXT },
  optionHelp: {
    fingerprint: 'HEX: the root fingerprint of the programme, needed the first time',
    receiver: 'NAME: how the stick remembers this mirror; else the name of this machine',
  },
  checking: true,
  async run(context) {
    const { importMirror } = await import('../../writer/mirror/import.ts');
    const fingerprint = textOption(context, 'fingerprint');
    if (fingerprint !== undefined && !/^[0-9a-f]{64}$/i.test(fingerprint))
      throw new UsageError(
        'the fingerprint is not complete',
        'It has 64 digits from 0 to f; "programme status" shows it.',
      );
    const receiver = textOption(context, 'receiver') ?? machineName();
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(receiver))
      throw new UsageError(`"${receiver}" cannot be a name`, 'Use lower-case letters, digits and hyphens.');
    const done = await importMirror({
      stick: resolve(context.folder, word(context, 0)),
      folder: resolve(context.folder, word(context, 1)),
      fingerprint,
      receiver,
      nowMs: context.nowMs(),
    });
    const { modules, newPieces, knownPieces, rootVersion, expiresAtMs, notNoted } = done;
    if (notNoted !== undefined)
      context.note(`the stick could not be written (${notNoted}): the next export brings everything again`);
    return {
      data: { modules, newPieces, knownPieces, rootVersion, goodUntil: new Date(expiresAtMs).toISOString(), receiver },
      text: `Took over ${modules} modules: ${newPieces} new pieces, ${knownPieces} were here. Root ${rootVersion}, good until ${new Date(expiresAtMs).toISOString().slice(0, 10)}.`,
    };
  },
};

async function repositoryFolder(dir: string): Promise<string> {
  try {
    await access(join(dir, 'programme.json'));
    return join(dir, 'repository');
  } catch {
    // No programme: then the folder is a repository itself, or the export says that it is not.
    return dir;
  }
}

function machineName(): string {
  return hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** The commands for stations without a line. */
export const mirrorCommands: readonly Command[] = [exportCommand, importCommand];
