import { hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { DelegatedRole } from './metadata.ts';

/**
 * Whether a text can be the path of a target: relative, `/` between parts, no empty, `.` or `..` part, at most 1,024
 * bytes, and no character that a URL or a file system reads in its own way (formats/repository.md 4.1).
 */
export function isSafeTargetPath(path: string): boolean {
  if (path === '' || hasLoneSurrogate(path) || utf8(path).length > 1024) return false;
  if (path.normalize('NFC') !== path || /[\\?#%:*"<>|\p{Cc}]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Whether a delegation speaks about a path at all (TUF 4.5: `paths` or `path_hash_prefixes`). */
export async function delegationCovers(role: DelegatedRole, path: string): Promise<boolean> {
  if (role.pathHashPrefixes) {
    const digest = await sha256Hex(utf8(path));
    return role.pathHashPrefixes.some((prefix) => digest.startsWith(prefix));
  }
  return (role.paths ?? []).some((pattern) => matchesPattern(pattern, path));
}

/** Whether a delegation may speak about some path that starts with `prefix`; says yes when in doubt. */
export function delegationMayReach(role: DelegatedRole, prefix: string): boolean {
  if (role.pathHashPrefixes) return true;
  return (role.paths ?? []).some((pattern) => {
    const head = pattern.split(/[*?]/, 1)[0] ?? '';
    return head.startsWith(prefix) || prefix.startsWith(head);
  });
}

/** TUF 4.5: `*` stands for any characters and `?` for one, neither for a `/`. Takes linear time in practice. */
export function matchesPattern(pattern: string, path: string): boolean {
  const patternParts = pattern.split('/');
  const pathParts = path.split('/');
  if (patternParts.length !== pathParts.length) return false;
  return patternParts.every((part, index) => matchesPart([...part], [...(pathParts[index] ?? '')]));
}

/** Wildcards by backing up to the last `*` only: at most pattern × text steps, whatever the pattern. */
function matchesPart(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let starText = 0;
  let index = 0;
  while (index < text.length) {
    if (pattern[at] === '*') {
      star = at;
      starText = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      starText += 1;
      index = starText;
      at = star + 1;
    } else return false;
  }
  return pattern.slice(at).every((character) => character === '*');
}
