import { resolve } from 'node:path';
import { openBundle } from '../../writer/bundle-reader.ts';
import { type Command, word } from '../command.ts';
import { accessTo, requiredOption } from '../programme-access.ts';
import { REQUEST_OPTION, requestOf, settlementData, settlementText } from '../settlement.ts';

/** `leeslicht publish FILE --programme DIR --course ID --tutor NAME` */
export const publishCommand: Command = {
  name: 'publish',
  words: ['FILE'],
  summary: 'Sign a module as a tutor and put it in the repository',
  options: { programme: { type: 'string' }, course: { type: 'string' }, tutor: { type: 'string' }, ...REQUEST_OPTION },
  optionHelp: {
    programme: 'DIR: the programme',
    course: 'ID: the course, as it was packed for',
    tutor: 'NAME: the tutor who signs',
    request: "FILE: where the tutor's key is elsewhere, write what the tutor has to sign to this file",
  },
  async run(context) {
    const [dir, course, tutor] = [
      requiredOption(context, 'programme', 'DIR'),
      requiredOption(context, 'course', 'ID'),
      requiredOption(context, 'tutor', 'NAME'),
    ];
    const { changeProgramme, publishBundle } = await import('../../writer/programme/index.ts');
    const bundle = await openBundle(resolve(word(context, 0)));
    try {
      const publication = await changeProgramme(accessTo(context, dir), (session) =>
        context.withProgress('Publishing', (onProgress) =>
          publishBundle(session, bundle, course, tutor, onProgress, requestOf(context)),
        ),
      );
      const { path, settlement, newChunks, knownChunks } = publication;
      const changed = settlement !== undefined;
      const { title, version } = bundle.manifest;
      const chunks = `${newChunks} new pieces, ${knownChunks} were there`;
      return {
        data: {
          path,
          changed,
          title,
          version,
          tutor,
          newChunks,
          knownChunks,
          manifestSha256: bundle.manifestSha256,
          ...settlementData(settlement),
        },
        text: changed
          ? settlementText(settlement, `Published "${title}" ${version} as ${path}, signed by ${tutor} (${chunks}).`)
          : `"${title}" ${version} was published already; nothing changed (${chunks}).`,
      };
    } finally {
      bundle.close();
    }
  },
};
