import type { Course, ReadOptions, Report } from './course.ts';
import type { InputTree } from './input-tree.ts';
import { isOfficeArchive, officeRefusal } from './office-file.ts';
import { ReaderError } from './reader-error.ts';

/** A kind of folder or archive: how it is recognised, and the reader that takes it. */
export interface Format {
  readonly name: string;
  /** Whether this tree is of the kind; may look into small files. */
  recognises(tree: InputTree): boolean | Promise<boolean>;
  read(tree: InputTree, options: ReadOptions, report: Report): Promise<Course>;
}

/**
 * All kinds, first match wins. A new kind of input is one more entry here. Readers are loaded when they are needed:
 * nobody who packs a film waits for the Word parser.
 */
const FORMATS: readonly Format[] = [
  {
    name: 'EPUB',
    recognises: (tree) => tree.files.has('META-INF/container.xml') || hasExtension(tree, '.epub'),
    read: async (...input) => (await import('./epub.ts')).readEpub(...input),
  },
  {
    name: 'Moodle backup',
    recognises: (tree) =>
      tree.files.has('moodle_backup.xml') || tree.files.has('moodle.xml') || hasExtension(tree, '.mbz'),
    read: async (...input) => (await import('./moodle/moodle.ts')).readMoodle(...input),
  },
  {
    name: 'web archive',
    recognises: (tree) =>
      tree.files.has('datapackage.json') && [...tree.files.keys()].some((path) => /^(archive|indexes)\//.test(path)),
    read: async (tree) => {
      throw new ReaderError({
        code: 'NOT_TAKEN_YET',
        file: tree.name,
        problem: 'is a web archive (WACZ), a format that is not taken yet',
        advice: 'Save the pages that you need as HTML or PDF, and pack those.',
      });
    },
  },
  {
    name: 'H5P',
    recognises: (tree) => tree.files.has('h5p.json') || hasExtension(tree, '.h5p'),
    read: withScripts('H5P', async (...input) => (await import('./scripted/h5p.ts')).readH5p(...input)),
  },
  {
    name: 'SCORM',
    recognises: async (tree) => (await manifestOf(tree)).includes('adlcp'),
    read: withScripts('SCORM', async (...input) => (await import('./scripted/scorm.ts')).readScorm(...input)),
  },
  {
    name: 'Common Cartridge',
    recognises: (tree) => tree.files.has('imsmanifest.xml') || hasExtension(tree, '.imscc'),
    read: async (...input) => (await import('./cartridge/cartridge.ts')).readCartridge(...input),
  },
  {
    name: 'OpenStax collection',
    recognises: (tree) => [...tree.files.keys()].some((path) => /^(collections\/[^/]+\.)?collection\.xml$/.test(path)),
    read: async (...input) => (await import('./cnxml/collection.ts')).readCollection(...input),
  },
  {
    name: 'office document',
    recognises: isOfficeArchive,
    read: async (tree) => {
      throw officeRefusal(tree.name);
    },
  },
  {
    name: 'folder',
    recognises: () => true,
    read: async (...input) => (await import('./folder.ts')).readFolder(...input),
  },
];

/** The kind of this tree; a folder of files when it is no other. */
export async function formatOf(tree: InputTree): Promise<Format> {
  for (const format of FORMATS) if (await format.recognises(tree)) return format;
  throw new RangeError('the last format takes everything');
}

function hasExtension(tree: InputTree, extension: string): boolean {
  return tree.name.toLowerCase().endsWith(extension);
}

async function manifestOf(tree: InputTree): Promise<string> {
  const file = tree.files.get('imsmanifest.xml');
  if (file === undefined || file.source.sizeBytes > MAX_MANIFEST_BYTES) return '';
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of file.source.read()) text += decoder.decode(piece, { stream: true });
  return text;
}

const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;

function withScripts(kind: string, read: Format['read']): Format['read'] {
  return async (tree, options, report) => {
    if (options.allowScripts === true) return read(tree, options, report);
    throw new ReaderError({
      code: 'NEEDS_SCRIPTS',
      file: tree.name,
      problem: `is ${kind}: it works only with scripts, which a module does not run by itself`,
      advice: 'Pack it with --allow-scripts: it then runs in a sandbox, on devices whose licence allows scripts.',
    });
  };
}
