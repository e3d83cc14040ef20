import { resolve } from 'node:path';
import type { Settlement } from '../../writer/programme/settle.ts';
import { type Command, type CommandContext, type CommandResult, textOption, word } from '../command.ts';
import { accessTo, randomness, requiredOption } from '../programme-access.ts';
import { REQUEST_HELP, REQUEST_OPTION, requestOf, settlementData, settlementText } from '../settlement.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;
const loadProgramme = () => import('../../writer/programme/index.ts');
const HOUR_MS = 60 * 60 * 1000;
/** Node's timers hold at most some 24 days. */
const MAX_HOURS = 14 * 24;

const newKey: Command = {
  name: 'programme new-key',
  words: ['NAME'],
  summary: 'Make a key on the machine of whoever will hold it; only the public half is handed in',
  options: { output: { type: 'string', short: 'o' }, recovery: { type: 'boolean' } },
  optionHelp: {
    output: 'FILE: where the encrypted key file goes (-o); the public half is written beside it',
    recovery: 'a recovery key, which opens backups, instead of a signing key',
  },
  async run(context) {
    const { makeCustodianKey } = await loadProgramme();
    const name = word(context, 0);
    if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name))
      throw new UsageError(
        `"${name}" cannot be the name of a key`,
        'Use lower-case letters, digits and hyphens: root-1.',
      );
    const kind = context.options['recovery'] === true ? 'age' : 'ed25519';
    const path = resolve(context.folder, requiredOption(context, 'output', `${name}.json`));
    const key = await makeCustodianKey(path, { kind, name }, context.passphrase(true), randomness);
    return {
      data: {
        name,
        kind,
        file: key.file,
        publicFile: key.publicFile,
        public: key.public,
        fingerprint: key.fingerprint,
      },
      text: [
        `Made the key ${name}.`,
        `Fingerprint, to compare when you sign: ${key.fingerprint}`,
        `Keep secret, with a copy in a safe: ${key.file}`,
        `Hand in: ${key.publicFile}`,
      ].join('\n'),
    };
  },
};

const changePassphraseCommand: Command = {
  name: 'programme change-passphrase',
  words: ['KEY-FILE'],
  summary: 'Put a key file under another passphrase, such as one that you take away from DIR/keys',
  options: { 'new-passphrase-file': TEXT },
  optionHelp: { 'new-passphrase-file': 'FILE: holds the new passphrase; else it is asked for' },
  async run(context) {
    const { changePassphrase } = await loadProgramme();
    const path = resolve(context.folder, word(context, 0));
    const name = await changePassphrase(
      path,
      context.passphrase(false),
      context.passphrase(true, 'new-passphrase-file'),
      randomness,
    );
    return {
      data: { name, file: path },
      text: `The key ${name} opens with the new passphrase now. Copies of the file keep the old one: replace them.`,
    };
  },
};

const rotate: Command = {
  name: 'programme rotate',
  words: ['DIR', 'ROLE[,ROLE]'],
  summary: 'Give a role a new key in place of an old or stolen one',
  options: { replace: TEXT, public: TEXT, ...REQUEST_OPTION },
  optionHelp: {
    replace: 'NAME: the key that goes, or its tutor; needed where a role has several',
    public: 'FILE: the .public.json of a key made elsewhere; else the new key is made here',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { changeProgramme, rolesOf, rotateKeys } = await loadProgramme();
    const roles = rolesOf(word(context, 1));
    const { rotated, settlement } = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      rotateKeys(session, {
        roles,
        replace: textOption(context, 'replace'),
        publicFile: textOption(context, 'public'),
        request: requestOf(context),
      }),
    );
    const lines = rotated.map(({ role, oldKey, newKey: added }) => `${role}: ${added} came in place of ${oldKey}.`);
    return {
      data: { rotated: rotated.map((one) => ({ ...one })), ...settlementData(settlement) },
      text: settlementText(settlement, lines.join('\n')),
    };
  },
};

const resignCommand: Command = {
  name: 'programme resign',
  words: ['DIR'],
  summary: 'Sign status, snapshot and timestamp anew (weekly, on the publishing host)',
  options: { every: TEXT, role: TEXT, ...REQUEST_OPTION },
  optionHelp: {
    every: 'TIME: do it now and then again and again, such as 7d or 12h, until it is stopped',
    role: 'ROLE[,ROLE]: sign these anew instead, such as authorities (half-yearly) or root,targets (yearly)',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { changeProgramme, renewRoles, resign, rolesOf } = await loadProgramme();
    const typedRoles = textOption(context, 'role');
    if (typedRoles !== undefined) {
      if (textOption(context, 'every') !== undefined)
        throw new UsageError(
          '--every and --role do not go together',
          'Offline roles are signed by people, not by a timer.',
        );
      const roles = rolesOf(typedRoles);
      const settlement = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
        renewRoles(session, roles, requestOf(context)),
      );
      return {
        data: { roles, ...settlementData(settlement) },
        text: settlementText(settlement, `Signed ${roles.join(', ')} anew.`),
      };
    }
    const everyMs = intervalOf(context);
    // Asked once: a timer that runs for months does not ask again.
    const access = remembering(accessTo(context, word(context, 0)));
    for (;;) {
      const { settlement, runningOut } = await changeProgramme({ ...access, nowMs: context.nowMs() }, (session) =>
        resign(session, requestOf(context)),
      );
      const result = resigned(context, settlement, runningOut);
      if (everyMs === undefined) return result;
      context.say(`${new Date(context.nowMs()).toISOString()} ${result.text}`);
      if (!(await context.wait(everyMs))) return result;
    }
  },
};

function resigned(context: CommandContext, settlement: Settlement, runningOut: readonly string[]): CommandResult {
  const warning = `\nSoon to be signed by its custodians: ${runningOut.join(', ')}. See "leeslicht programme status".`;
  return {
    data: { dir: word(context, 0), runningOut, ...settlementData(settlement) },
    text:
      settlementText(settlement, 'Signed status, snapshot and timestamp anew: good for 40 days.') +
      (runningOut.length === 0 ? '' : warning),
  };
}

function intervalOf(context: CommandContext): number | undefined {
  const typed = textOption(context, 'every');
  if (typed === undefined) return undefined;
  const [, count, unit] = /^(\d{1,3})(d|h)$/.exec(typed) ?? [];
  const hours = Number(count) * (unit === 'd' ? 24 : 1);
  if (count === undefined || hours < 1 || hours > MAX_HOURS)
    throw new UsageError(
      `"${typed}" is no time between two signings`,
      'Give --every 7d, or hours as 12h; at most 14d.',
    );
  return hours * HOUR_MS;
}

function remembering<T extends { readonly passphrase: () => Promise<string> }>(access: T): T {
  let known: Promise<string> | undefined;
  const passphrase = (): Promise<string> => {
    known ??= access.passphrase();
    return known;
  };
  return { ...access, passphrase };
}

/** The commands that make keys and sign anew. */
export const keyCommands: readonly Command[] = [newKey, changePassphraseCommand, rotate, resignCommand];
