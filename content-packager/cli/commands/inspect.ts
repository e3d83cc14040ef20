import type { JsonValue } from '#core/json/json-value.ts';
import type { Manifest, TocEntry } from '#core/module/manifest.ts';
import { openBundle } from '../../writer/bundle-reader.ts';
import { type Command, word } from '../command.ts';
import { sizeText } from '../progress.ts';

/** `leeslicht inspect FILE` */
export const inspectCommand: Command = {
  name: 'inspect',
  words: ['FILE'],
  summary: 'Show what is in a module, without checking its content',
  options: {},
  optionHelp: {},
  checking: true,
  async run(context) {
    const bundle = await openBundle(word(context, 0));
    try {
      const { manifest, manifestSha256 } = bundle;
      const { courseId, moduleId, title, language, version, direction, sizeBytes } = manifest;
      const files = manifest.files.map(({ href, type, kind, sizeBytes: size, digest }) => ({
        href,
        type,
        kind,
        sizeBytes: size,
        digest,
      }));
      return {
        data: {
          courseId,
          moduleId,
          title,
          language,
          version,
          direction,
          sizeBytes,
          manifestSha256,
          author: manifest.author ?? null,
          description: manifest.description ?? null,
          readingOrder: manifest.readingOrder.map((file) => ({
            href: file.href,
            title: file.title ?? null,
            kind: file.kind,
          })),
          files,
          toc: manifest.toc.map(tocData),
        },
        text: bundleText(manifest, manifestSha256),
      };
    } finally {
      bundle.close();
    }
  },
};

function bundleText(manifest: Manifest, manifestSha256: string): string {
  const kinds = new Map<string, number>();
  for (const file of manifest.files) kinds.set(file.kind, (kinds.get(file.kind) ?? 0) + 1);
  return [
    `${manifest.title}${manifest.author === undefined ? '' : `, ${manifest.author}`}`,
    `  module    ${manifest.courseId}/${manifest.moduleId}, version ${manifest.version}`,
    `  language  ${manifest.language}, ${manifest.direction === 'rtl' ? 'right to left' : 'left to right'}`,
    `  content   ${manifest.files.length} files, ${sizeText(manifest.sizeBytes)}: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
    `  manifest  sha256 ${manifestSha256}`,
    '',
    'Contents:',
    ...tocLines(manifest.toc, 1).slice(0, 60),
  ].join('\n');
}

function tocLines(entries: readonly TocEntry[], depth: number): string[] {
  return entries.flatMap((entry) => [`${'  '.repeat(depth)}${entry.title}`, ...tocLines(entry.children, depth + 1)]);
}

function tocData(entry: TocEntry): JsonValue {
  return { title: entry.title, href: entry.href ?? null, children: entry.children.map(tocData) };
}
