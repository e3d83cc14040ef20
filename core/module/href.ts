import { hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';
import { ModuleError } from './module-error.ts';

const MAX_BYTES = 1024;

/**
 * formats/module.md 2.4: a file's name inside a module. Relative, in Unicode form NFC, without `.`, `..`, empty parts,
 * backslash, query, fragment, percent sign or control characters. Returns it unchanged. Throws ModuleError BAD_HREF.
 */
export function checkHref(href: string): string {
  const refuse = (): never => {
    throw new ModuleError({ code: 'BAD_HREF', detail: JSON.stringify(href).slice(0, 200) });
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (href === '' || hasLoneSurrogate(href) || /[\u0000-\u001f\u007f\\?#%:*"<>|]/.test(href)) refuse();
  if (href !== href.normalize('NFC') || utf8(href).length > MAX_BYTES) refuse();
  if (href.split('/').some((part) => part === '' || part === '.' || part === '..' || part !== part.trim())) refuse();
  return href;
}

/** Two names that a file system or a reader may take for one: the same after NFC and lower case. */
export function hrefIdentity(href: string): string {
  return href.normalize('NFC').toLowerCase();
}
