import { resolve } from 'node:path';
import { checkContent, openBundle } from '../../writer/bundle-reader.ts';
import type { PublishedVerdict } from '../../writer/programme/check-published.ts';
import { type Command, textOption, word } from '../command.ts';
import { sizeText } from '../progress.ts';

/** `leeslicht verify FILE [--programme DIR]` */
export const verifyCommand: Command = {
  name: 'verify',
  words: ['FILE'],
  summary: 'Check every byte of a module, and with a programme who signed it',
  options: { programme: { type: 'string' } },
  optionHelp: { programme: 'DIR: programme whose signatures are followed from its first root to this module' },
  checking: true,
  async run(context) {
    const bundle = await openBundle(resolve(word(context, 0)));
    try {
      await context.withProgress('Checking', (onProgress) => checkContent(bundle, onProgress));
      const { manifest, manifestSha256 } = bundle;
      const { courseId, moduleId, version, title, sizeBytes } = manifest;
      const programme = textOption(context, 'programme');
      const verdict =
        programme === undefined
          ? undefined
          : await (await import('../../writer/programme/index.ts')).checkPublished(
              resolve(programme),
              bundle,
              context.nowMs(),
            );
      return {
        data: {
          intact: true,
          courseId,
          moduleId,
          version,
          title,
          sizeBytes,
          files: manifest.files.length,
          manifestSha256,
          ...verdictData(verdict),
        },
        text: `${word(context, 0)}: "${title}" ${version}, ${manifest.files.length} files, ${sizeText(sizeBytes)}: ${verdictText(verdict)}`,
      };
    } finally {
      bundle.close();
    }
  },
};

function verdictText(verdict: PublishedVerdict | undefined): string {
  switch (verdict?.kind) {
    case undefined:
      return 'intact (no programme was given, so nobody vouches for it).';
    case 'published':
      return `intact, and published in this programme as ${verdict.path}, signed by ${verdict.role}.`;
    case 'otherVersion':
      return `intact, not published in this programme: ${verdict.path} is published with other content (version ${verdict.publishedVersion}).`;
    case 'notPublished':
      return 'intact, not published in this programme.';
  }
}

function verdictData(verdict: PublishedVerdict | undefined) {
  switch (verdict?.kind) {
    case undefined:
      return { published: null };
    case 'published':
      return { published: true, path: verdict.path, role: verdict.role, rootVersion: verdict.rootVersion };
    case 'otherVersion':
      return { published: false, path: verdict.path, publishedVersion: verdict.publishedVersion };
    case 'notPublished':
      return { published: false, path: verdict.path };
  }
}
