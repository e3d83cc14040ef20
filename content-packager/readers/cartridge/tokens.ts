import { percentDecode, rootAddress } from '../href.ts';
import type { InputTree } from '../input-tree.ts';
import type { CartridgeResource } from './manifest.ts';

/**
 * Turns an address with the tokens of Common Cartridge and of Canvas into one inside the cartridge. An address of a
 * page, assignment, discussion or file that is there comes back as an absolute path; everything else as it was.
 */
export function cartridgeAddress(
  tree: InputTree,
  resources: ReadonlyMap<string, CartridgeResource>,
): (address: string) => string {
  const pageBySlug = new Map<string, string>();
  for (const path of tree.files.keys()) {
    const slug = /^wiki_content\/(.+)\.html$/.exec(path)?.[1];
    if (slug !== undefined) pageBySlug.set(slug.toLowerCase(), path);
  }
  return (address) => {
    const [beforeHash = '', hash] = address.replaceAll('%24', '$').split('#', 2);
    const match = /^\$?([A-Z][A-Z_-]*)\$(.*)$/.exec(beforeHash.split('?', 1)[0] ?? '');
    if (match === null) return address;
    const [, token = '', rest = ''] = match;
    const parts = (percentDecode(rest) ?? rest).split('/').filter((part) => part !== '' && part !== '.');
    const path = token.includes('FILEBASE')
      ? fileAt(tree, parts)
      : (resourcePath(resources, parts) ?? pageBySlug.get((parts.at(-1) ?? '').toLowerCase()));
    return path === undefined ? address : rootAddress(path) + (hash === undefined ? '' : `#${hash}`);
  };
}

function fileAt(tree: InputTree, parts: readonly string[]): string | undefined {
  // Exporters disagree on what the base is: Canvas means web_resources, others the folder of the page or the root.
  const inside = parts
    .filter((part) => part !== '..')
    .join('/')
    .normalize('NFC');
  return [`web_resources/${inside}`, inside].find((path) => tree.files.has(path));
}

function resourcePath(resources: ReadonlyMap<string, CartridgeResource>, parts: readonly string[]): string | undefined {
  // `assignments/ID`, `file_ref/ID/download`: the identifier is the first part that names a resource.
  for (const part of parts) {
    const path = resources.get(part)?.path;
    if (path !== undefined) return path;
  }
  return undefined;
}
