import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, textOption, word } from '../command.ts';
import { accessTo, randomness, requiredOption } from '../programme-access.ts';
import { UsageError } from '../usage-error.ts';

const TEXT = { type: 'string' } as const;
const loadProgramme = () => import('../../writer/programme/index.ts');
const COURSE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

const init: Command = {
  name: 'programme init',
  words: ['DIR'],
  summary: 'Make a programme: its keys, its first signed metadata, its repository folder',
  options: { name: TEXT, small: { type: 'boolean' } },
  optionHelp: { name: 'NAME: name of the programme', small: 'one custodian a role instead of two or three' },
  async run(context) {
    const { initProgramme, openKeyRing } = await loadProgramme();
    const dir = word(context, 0);
    const name = requiredOption(context, 'name', '"Name of the programme"');
    const small = context.options['small'] === true;
    const passphrase = context.passphrase(true);
    const programme = await initProgramme(dir, { name, small, nowMs: context.nowMs() }, (folder) =>
      openKeyRing(folder, passphrase, randomness),
    );
    return {
      data: { dir, name, small, rootSha256: programme.rootSha256, thresholds: programme.thresholds },
      text: [
        `Made the programme "${name}" in ${dir}.`,
        `Root fingerprint: ${programme.rootSha256}`,
        `${dir}/repository is public: serve it. ${dir}/keys is secret: spread root, targets, authorities and recovery over their custodians, offline.`,
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

const addTutorCommand: Command = {
  name: 'programme add-tutor',
  words: ['DIR', 'COURSE', 'NAME'],
  summary: 'Make a key for a tutor and let it sign a course',
  options: {},
  optionHelp: {},
  async run(context) {
    const { addTutor, changeProgramme } = await loadProgramme();
    const [dir, course, tutor] = [word(context, 0), word(context, 1), word(context, 2).trim()];
    if (tutor === '' || tutor.length > 200)
      throw new UsageError('the tutor has no name', 'Put the name in quotes: "Anna de Wit".');
    const { keyName, keyId } = await changeProgramme(accessTo(context, dir), (session) =>
      addTutor(session, course, tutor),
    );
    return {
      data: { course, tutor, keyFile: `keys/${keyName}.json`, keyId },
      text: `${tutor} may now sign course ${course}. Key file: ${dir}/keys/${keyName}.json (give it to ${tutor} only).`,
    };
  },
};

const authorise: Command = {
  name: 'programme authorise-station',
  words: ['DIR', 'STATION-PUBLIC.json'],
  summary: "Let the authorities vouch for a station's keys and site",
  options: {},
  optionHelp: {},
  async run(context) {
    const { authoriseStation, changeProgramme } = await loadProgramme();
    const authority = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      authoriseStation(session, resolve(word(context, 1))),
    );
    const { siteId, siteName, stationName, maxLicenceDays, capabilities } = authority;
    return {
      data: { siteId, siteName, stationName, maxLicenceDays, capabilities },
      text: `Authorised ${stationName} at ${siteName} (${siteId}): licences of at most ${maxLicenceDays} days with ${capabilities.join(', ')}.`,
    };
  },
};

const revoke: Command = {
  name: 'programme revoke',
  words: ['DIR'],
  summary: 'Revoke a device: no station renews it any more',
  options: { device: TEXT, reason: TEXT },
  optionHelp: {
    device: 'ID: 32 characters, as the desk shows them',
    reason: 'TEXT: why, for the list that stations and devices read',
  },
  async run(context) {
    const { changeProgramme, revokeDevice } = await loadProgramme();
    const [device, reason] = [requiredOption(context, 'device', 'ID'), requiredOption(context, 'reason', '"Stolen"')];
    const status = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      revokeDevice(session, device, reason),
    );
    return {
      data: { device, reason, statusVersion: status.version, revoked: status.revokedDevices.length },
      text: `Revoked ${device} (list version ${status.version}). It keeps working offline until its licence runs out, at most 30 days.`,
    };
  },
};

const withdraw: Command = {
  name: 'programme withdraw',
  words: ['DIR', 'PATH'],
  summary: 'Withdraw a published module: devices close it at their next sync',
  options: { version: TEXT, reason: TEXT },
  optionHelp: { version: 'N.N.N: only this version; else all versions', reason: 'TEXT: why' },
  async run(context) {
    const { changeProgramme, withdrawModule } = await loadProgramme();
    const version = textOption(context, 'version') ?? null;
    const reason = textOption(context, 'reason') ?? 'withdrawn by the programme';
    const path = word(context, 1);
    const status = await changeProgramme(accessTo(context, word(context, 0)), (session) =>
      withdrawModule(session, path, version, reason),
    );
    return {
      data: { path, version, reason, statusVersion: status.version },
      text: `Withdrew ${path}${version === null ? '' : ` version ${version}`} (list version ${status.version}).`,
    };
  },
};

const resignCommand: Command = {
  name: 'programme resign',
  words: ['DIR'],
  summary: 'Sign status, snapshot and timestamp anew (weekly, on the publishing host)',
  options: {},
  optionHelp: {},
  async run(context) {
    const { changeProgramme, resign } = await loadProgramme();
    await changeProgramme(accessTo(context, word(context, 0)), resign);
    return { data: { dir: word(context, 0) }, text: 'Signed status, snapshot and timestamp anew: good for 40 days.' };
  },
};

const recover: Command = {
  name: 'programme recover',
  words: ['DIR'],
  summary: "Open a learner's backup key for one new device, with the recovery key",
  options: { request: TEXT, output: { type: 'string', short: 'o' } },
  optionHelp: { request: 'FILE: the request that the desk made', output: 'FILE: where the answer goes (-o)' },
  async run(context) {
    const { answerRecovery, openKeyRing, readProgramme, writeDurably } = await loadProgramme();
    const dir = resolve(word(context, 0));
    const [request, output] = [
      requiredOption(context, 'request', 'request.json'),
      requiredOption(context, 'output', 'answer.json'),
    ];
    await readProgramme(dir);
    const keyRing = openKeyRing(dir, context.passphrase(false), randomness);
    const answer = await answerRecovery(new Uint8Array(await readFile(request)), request, keyRing);
    await writeDurably(resolve(output), new TextEncoder().encode(`${JSON.stringify(answer, null, 2)}\n`), 0o600);
    const { learnerId, deviceId, recipient } = answer;
    return {
      data: { output, learnerId, deviceId, recipient },
      text: `Wrote ${output}: the backup of learner ${learnerId} can now be opened on device ${deviceId} only (${recipient}). Tell the learner.`,
    };
  },
};

/** All commands that change a programme. */
export const programmeCommands: readonly Command[] = [
  init,
  addCourseCommand,
  addTutorCommand,
  authorise,
  revoke,
  withdraw,
  resignCommand,
  recover,
];
