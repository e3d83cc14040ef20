import { floorLines } from '../../writer/programme/floor-lines.ts';
import { type Command, textOption, word } from '../command.ts';
import { accessTo } from '../programme-access.ts';
import { REQUEST_HELP, REQUEST_OPTION, requestOf, settlementData, settlementText } from '../settlement.ts';
import { UsageError } from '../usage-error.ts';

/** `leeslicht programme floors DIR` */
export const programmeFloorsCommand: Command = {
  name: 'programme floors',
  words: ['DIR'],
  summary: 'Say from which version on the app, lists and licences count; floors only rise',
  options: { app: { type: 'string' }, lists: { type: 'boolean' }, licence: { type: 'string' }, ...REQUEST_OPTION },
  optionHelp: {
    app: 'N.N.N: the oldest version of the app that may still show books',
    lists: 'what is published now is the oldest that counts on a device',
    licence: 'ID=SERIAL: the oldest licence of this device that counts',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { changeProgramme, setFloors } = await import('../../writer/programme/index.ts');
    const app = textOption(context, 'app');
    const lists = context.options['lists'] === true;
    const licence = licenceOf(textOption(context, 'licence'));
    if (app !== undefined && !/^\d+\.\d+\.\d+$/.test(app))
      throw new UsageError(`"${app}" is no version of the app`, 'Give it as 1.2.0.');
    if (app === undefined && !lists && licence === undefined)
      throw new UsageError('nothing is said of what should count', 'Add --app, --lists or --licence.');
    const { floors, settlement } = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      setFloors(session, { app, lists, licence }, requestOf(context)),
    );
    const { metadata, licences } = floors;
    return {
      data: {
        app: floors.app,
        metadata: { ...metadata },
        licences: Object.fromEntries(licences),
        ...settlementData(settlement),
      },
      text: settlementText(settlement, ['From now on these count:', ...floorLines(floors)].join('\n  ')),
    };
  },
};

function licenceOf(typed: string | undefined): { readonly deviceId: string; readonly serial: number } | undefined {
  if (typed === undefined) return undefined;
  const [, deviceId, serial] = /^([0-9a-f]{32})=([1-9]\d{0,8})$/.exec(typed) ?? [];
  if (deviceId === undefined)
    throw new UsageError(
      `"${typed}" is no licence of a device`,
      "Give the desk's 32 characters and a serial, as ID=12.",
    );
  return { deviceId, serial: Number(serial) };
}
