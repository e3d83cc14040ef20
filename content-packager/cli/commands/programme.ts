import { resolve, sep } from 'node:path';
import { type Command, textOption, word } from '../command.ts';
import { accessTo, randomness, requiredOption } from '../programme-access.ts';
import { REQUEST_HELP, REQUEST_OPTION, requestOf, settlementData, settlementText } from '../settlement.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;
const loadProgramme = () => import('../../writer/programme/index.ts');
const COURSE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

const init: Command = {
  name: 'programme init',
  words: ['DIR'],
  summary: 'Make a programme: its keys, its first signed metadata, its repository folder',
  options: { name: TEXT, small: { type: 'boolean' }, 'public-keys': TEXT, ...REQUEST_OPTION },
  optionHelp: {
    name: 'NAME: name of the programme',
    small: 'one custodian a role instead of two or three',
    'public-keys': 'FOLDER: the .public.json files of keys that custodians made on their own machines',
    ...REQUEST_HELP,
  },
  async run(context) {
    const { initProgramme, openKeyRing } = await loadProgramme();
    const dir = word(context, 0);
    const name = requiredOption(context, 'name', '"Name of the programme"');
    const small = context.options['small'] === true;
    const publicKeys = textOption(context, 'public-keys');
    const request = requestOf(context);
    if (request?.startsWith(resolve(dir) + sep))
      throw new UsageError('the request would lie inside the programme', 'Choose a place for --request beside DIR.');
    const passphrase = context.passphrase(true);
    const settlement = await initProgramme(
      dir,
      { name, small, nowMs: context.nowMs(), publicKeys, request },
      (folder) => openKeyRing(folder, passphrase, randomness),
    );
    const rootSha256 = settlement.kind === 'published' ? settlement.rootSha256 : null;
    return {
      data: { dir, name, small, rootSha256, ...settlementData(settlement) },
      text: [
        settlement.kind === 'published' ? `Made the programme "${name}" in ${dir}.` : `Prepared "${name}" in ${dir}.`,
        settlementText(settlement, `Root fingerprint: ${rootSha256}`),
        `${dir}/repository is public: serve it. ${dir}/keys is secret${publicKeys === undefined ? ': spread root, targets, authorities and recovery over their custodians, offline' : ''}.`,
      ].join('\n'),
    };
  },
};

const addCourseCommand: Command = {
  name: 'programme add-course',
  words: ['DIR', 'ID'],
  summary: 'Add a course',
  options: { title: TEXT },
  optionHelp: { title: 'TEXT: title of the course' },
  async run(context) {
    const { addCourse, changeProgramme } = await loadProgramme();
    const [dir, id] = [word(context, 0), word(context, 1)];
    if (!COURSE_ID.test(id))
      throw new UsageError(`"${id}" cannot be a course id`, 'Use lower-case letters, digits and hyphens.');
    const title = requiredOption(context, 'title', '"Title of the course"');
    await changeProgramme(accessTo(context, dir), (session) => addCourse(session, id, title));
    return {
      data: { course: id, title },
      text: `Added course ${id}, "${title}". Next: leeslicht programme add-tutor ${dir} ${id} NAME`,
    };
  },
};

const removeCourseCommand: Command = {
  name: 'programme remove-course',
  words: ['DIR', 'ID'],
  summary: 'End a course: it is offered no more; what devices hold of it stays readable',
  options: REQUEST_OPTION,
  optionHelp: REQUEST_HELP,
  async run(context) {
    const { changeProgramme, removeCourse } = await loadProgramme();
    const [dir, id] = [word(context, 0), word(context, 1)];
    const settlement = await changeProgramme(accessTo(context, dir), (session) =>
      removeCourse(session, id, requestOf(context)),
    );
    return {
      data: { course: id, ...settlementData(settlement) },
      text: settlementText(settlement, `Course ${id} has ended. To close its modules on devices, withdraw them.`),
    };
  },
};

const addTutorCommand: Command = {
  name: 'programme add-tutor',
  words: ['DIR', 'COURSE', 'NAME'],
  summary: 'Let a tutor sign a course, with a key made here or by the tutor',
  options: { public: TEXT, ...REQUEST_OPTION },
  optionHelp: { public: "FILE: the .public.json of the tutor's own key; else a key is made here", ...REQUEST_HELP },
  async run(context) {
    const { addTutor, changeProgramme } = await loadProgramme();
    const [dir, course, tutor] = [word(context, 0), word(context, 1), word(context, 2).trim()];
    if (tutor === '' || tutor.length > 200)
      throw new UsageError('the tutor has no name', 'Put the name in quotes: "Anna de Wit".');
    const { keyName, keyId, isHere, settlement } = await changeProgramme(accessTo(context, dir), (session) =>
      addTutor(session, course, tutor, { publicFile: textOption(context, 'public'), request: requestOf(context) }),
    );
    const place = isHere ? `Key file: ${dir}/keys/${keyName}.json (give it to ${tutor} only).` : `Key: ${keyId}.`;
    return {
      data: { course, tutor, keyFile: isHere ? `keys/${keyName}.json` : null, keyId, ...settlementData(settlement) },
      text: settlementText(settlement, `${tutor} may now sign course ${course}. ${place}`),
    };
  },
};

const removeTutorCommand: Command = {
  name: 'programme remove-tutor',
  words: ['DIR', 'COURSE', 'NAME'],
  summary: 'Take a tutor off a course: published modules stay, nothing new by this tutor counts',
  options: REQUEST_OPTION,
  optionHelp: REQUEST_HELP,
  async run(context) {
    const { changeProgramme, removeTutor } = await loadProgramme();
    const [dir, course, tutor] = [word(context, 0), word(context, 1), word(context, 2).trim()];
    const settlement = await changeProgramme(accessTo(context, dir), (session) =>
      removeTutor(session, course, tutor, requestOf(context)),
    );
    return {
      data: { course, tutor, ...settlementData(settlement) },
      text: settlementText(settlement, `${tutor} no longer signs course ${course}; its modules stay.`),
    };
  },
};

const authorise: Command = {
  name: 'programme authorise-station',
  words: ['DIR', 'STATION-PUBLIC.json'],
  summary: "Let the authorities vouch for a station's keys and site",
  options: { days: TEXT, capabilities: TEXT, 'drop-old-keys': { type: 'boolean' }, ...REQUEST_OPTION },
  optionHelp: {
    days: 'N: licences of at most so many days, not more than the station asks',
    capabilities: 'A,B: only these of what the station asks',
    'drop-old-keys': "the site's former keys stop counting at once: they were stolen, or have run out",
    ...REQUEST_HELP,
  },
  async run(context) {
    const { authoriseStation, changeProgramme } = await loadProgramme();
    const days = textOption(context, 'days');
    if (days !== undefined && !/^(?:[1-9]|[12]\d|30)$/.test(days))
      throw new UsageError(`"${days}" is no number of days`, 'Give --days 1 to 30.');
    const { authority, settlement } = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      authoriseStation(session, resolve(context.folder, word(context, 1)), {
        maxLicenceDays: days === undefined ? undefined : Number(days),
        capabilities: textOption(context, 'capabilities')
          ?.split(',')
          .map((name) => name.trim()),
        dropOldKeys: context.options['drop-old-keys'] === true,
        request: requestOf(context),
      }),
    );
    const { siteId, siteName, stationName, maxLicenceDays, capabilities } = authority;
    return {
      data: { siteId, siteName, stationName, maxLicenceDays, capabilities, ...settlementData(settlement) },
      text: settlementText(
        settlement,
        `Authorised ${stationName} at ${siteName} (${siteId}): licences of at most ${maxLicenceDays} days with ${capabilities.join(', ')}.`,
      ),
    };
  },
};

const removeStationCommand: Command = {
  name: 'programme remove-station',
  words: ['DIR', 'SITE'],
  summary: "Take back a site's grant: its station can renew nothing any more",
  options: REQUEST_OPTION,
  optionHelp: REQUEST_HELP,
  async run(context) {
    const { changeProgramme, removeStation } = await loadProgramme();
    const site = word(context, 1);
    const settlement = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      removeStation(session, site, requestOf(context)),
    );
    return {
      data: { site, ...settlementData(settlement) },
      text: settlementText(settlement, `The site ${site} has no grant any more.`),
    };
  },
};

/** The commands that make a programme and say who may do what in it. */
export const programmeCommands: readonly Command[] = [
  init,
  addCourseCommand,
  removeCourseCommand,
  addTutorCommand,
  removeTutorCommand,
  authorise,
  removeStationCommand,
];
