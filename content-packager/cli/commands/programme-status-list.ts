import type { StatusChange } from '../../writer/programme/status-list.ts';
import { type Command, textOption, word } from '../command.ts';
import { accessTo, requiredOption } from '../programme-access.ts';
import { REQUEST_HELP, REQUEST_OPTION, requestOf, settlementData, settlementText } from '../settlement.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;
const loadProgramme = () => import('../../writer/programme/index.ts');

const revoke: Command = {
  name: 'programme revoke',
  words: ['DIR'],
  summary: 'Revoke a device: no station renews it any more',
  options: { device: TEXT, reason: TEXT, ...REQUEST_OPTION },
  optionHelp: {
    device: 'ID: 32 characters, as the desk shows them',
    reason: 'TEXT: why, for the list that stations and devices read',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { changeProgramme, revokeDevice } = await loadProgramme();
    const [device, reason] = [requiredOption(context, 'device', 'ID'), requiredOption(context, 'reason', '"Stolen"')];
    const change = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      revokeDevice(session, device, reason, requestOf(context)),
    );
    return {
      data: { device, reason, revoked: change.status.revokedDevices.length, ...changeData(change) },
      text: settlementText(
        change.settlement,
        `Revoked ${device} (list version ${change.status.version}). It keeps working offline until its licence runs out, at most 30 days.`,
      ),
    };
  },
};

const withdraw: Command = {
  name: 'programme withdraw',
  words: ['DIR', 'PATH'],
  summary: 'Withdraw a published module: devices close it at their next sync',
  options: { version: TEXT, reason: TEXT, ...REQUEST_OPTION },
  optionHelp: { version: 'N.N.N: only this version; else all versions', reason: 'TEXT: why', ...REQUEST_HELP },
  async run(context) {
    const { changeProgramme, withdrawModule } = await loadProgramme();
    const version = textOption(context, 'version') ?? null;
    const reason = textOption(context, 'reason') ?? 'withdrawn by the programme';
    const path = word(context, 1);
    const change = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      withdrawModule(session, path, version, reason, requestOf(context)),
    );
    return {
      data: { path, version, reason, ...changeData(change) },
      text: settlementText(
        change.settlement,
        `Withdrew ${path}${version === null ? '' : ` version ${version}`} (list version ${change.status.version}).`,
      ),
    };
  },
};

const reinstate: Command = {
  name: 'programme reinstate',
  words: ['DIR'],
  summary: 'Take a revocation or a withdrawal back: a mistake, or the work of a thief',
  options: { device: TEXT, module: TEXT, ...REQUEST_OPTION },
  optionHelp: {
    device: 'ID: the device that counts again',
    module: 'PATH: the module that is offered again, in all versions',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { changeProgramme, reinstateDevice, reinstateModule } = await loadProgramme();
    const [device, path] = [textOption(context, 'device'), textOption(context, 'module')];
    if ((device === undefined) === (path === undefined))
      throw new UsageError('what should be taken back is not clear', 'Give either --device ID or --module PATH.');
    const change = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      device === undefined
        ? reinstateModule(session, path ?? '', requestOf(context))
        : reinstateDevice(session, device, requestOf(context)),
    );
    return {
      data: { device: device ?? null, module: path ?? null, ...changeData(change) },
      text: settlementText(
        change.settlement,
        `${device ?? path} is no longer on the list (version ${change.status.version}).`,
      ),
    };
  },
};

function changeData({ status, settlement }: StatusChange) {
  return { statusVersion: status.version, ...settlementData(settlement) };
}

/** The commands that change the signed list of revocations and withdrawals. */
export const statusListCommands: readonly Command[] = [revoke, withdraw, reinstate];
