import { hasLoneSurrogate, utf8 } from '#core/bytes/bytes.ts';

/**
 * Whether a text can be the path of a target: relative, `/` between parts, no empty, `.` or `..` part, at most 1,024
 * bytes, and no character that a URL or a file system reads in its own way (formats/repository.md 4.1).
 */
export function isSafeTargetPath(path: string): boolean {
  if (path === '' || hasLoneSurrogate(path) || utf8(path).length > 1024) return false;
  if (path.normalize('NFC') !== path || /[\\?#%:*"<>|\p{Cc}]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A role or a path as a part of a file name and of a URL: only RFC 3986's unreserved characters stay as they are. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Where a repository keeps a target (TUF 5.7.3): with consistent snapshots one of its hashes goes before its own name. */
export function publishedPath(path: string, hash: string | undefined): string {
  const slash = path.lastIndexOf('/') + 1;
  const prefix = hash === undefined ? '' : `${hash}.`;
  return `targets/${path.slice(0, slash)}${prefix}${path.slice(slash)}`;
}

/** Where a repository keeps metadata (TUF 5.3.3, 5.5.1 and 5.6.1); without a version where there is none in the name. */
export function metadataPath(role: string, version: number | undefined): string {
  return `metadata/${version === undefined ? '' : `${version}.`}${encodeName(role)}.json`;
}

/**
 * TUF 4.5 PATHPATTERN: `*` stands for any characters, `?` for one, `[a-c]` for one of these and `[!a-c]` for one of all
 * others; none of them for a `/`. Takes pattern × path steps at most, whatever the pattern.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  const patternParts = pattern.split('/');
  const pathParts = path.split('/');
  if (patternParts.length !== pathParts.length) return false;
  return patternParts.every((part, index) => matchesPart(part, pathParts[index] ?? ''));
}

/** The part of a pattern before its first wildcard: every path that matches begins with it. */
export function literalHead(pattern: string): string {
  return pattern.split(/[*?[]/, 1)[0] ?? '';
}

type Step = '*' | ((character: string) => boolean);

/** Wildcards by backing up to the last `*` only. */
function matchesPart(pattern: string, text: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === text;
  const steps = stepsOf([...pattern]);
  const characters = [...text];
  let at = 0;
  let star = -1;
  let starIndex = 0;
  let index = 0;
  while (index < characters.length) {
    const step = steps[at];
    if (step === '*') {
      star = at;
      starIndex = index;
      at += 1;
    } else if (step?.(characters[index] ?? '')) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      starIndex += 1;
      index = starIndex;
      at = star + 1;
    } else return false;
  }
  return steps.slice(at).every((step) => step === '*');
}

function stepsOf(pattern: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < pattern.length) {
    const sign = pattern[at] ?? '';
    // POSIX: a `]` right after the opening stands for itself, and a `[` that nothing closes too
    const first = pattern[at + 1] === '!' ? at + 2 : at + 1;
    const close = sign === '[' ? pattern.indexOf(']', first + 1) : -1;
    if (sign === '*') steps.push('*');
    else if (sign === '?') steps.push(() => true);
    else if (close > 0) steps.push(oneOf(pattern.slice(first, close), first === at + 1));
    else steps.push((character) => character === sign);
    at = close > 0 ? close + 1 : at + 1;
  }
  return steps;
}

function oneOf(listed: readonly string[], isWanted: boolean): (character: string) => boolean {
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < listed.length; ) {
    const from = listed[at] ?? '';
    const to = listed[at + 1] === '-' ? listed[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    at += to === undefined ? 1 : 3;
  }
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) === isWanted;
}
