import { utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256 } from '#core/crypto/digest.ts';
import type { DelegatedRole, Delegations, SuccinctRoles } from './metadata.ts';
import { literalHead, matchesPattern } from './paths.ts';

/** The roles of a delegation that speak about a path, in their order (TUF 4.5). */
export async function rolesFor(delegations: Delegations | undefined, path: string): Promise<readonly DelegatedRole[]> {
  if (!delegations) return [];
  const { roles, succinct } = delegations;
  if (succinct) return [binRole(succinct, binName(succinct, await sha256(utf8(path))))];
  const { byFolder, needsDigest } = indexOf(delegations);
  const digest = needsDigest ? toHex(await sha256(utf8(path))) : '';
  const candidates = new Set<number>();
  for (let end = 0; end >= 0; end = path.indexOf('/', end) + 1 || -1) {
    for (const number of byFolder.get(path.slice(0, end)) ?? []) candidates.add(number);
  }
  const inOrder = [...candidates].sort((a, b) => a - b).flatMap((number) => roles[number] ?? []);
  return inOrder.filter((role) => covers(role, path, digest));
}

/** The numbers of the roles whose patterns begin with a folder, so that a thousand courses do not cost a thousand looks. */
interface PathIndex {
  readonly byFolder: ReadonlyMap<string, readonly number[]>;
  readonly needsDigest: boolean;
}

const indexes = new WeakMap<Delegations, PathIndex>();

function indexOf(delegations: Delegations): PathIndex {
  const known = indexes.get(delegations);
  if (known) return known;
  const byFolder = new Map<string, number[]>();
  delegations.roles.forEach((role, number) => {
    // A role by hash can speak about any path: it stands under the folder that every path begins with.
    for (const pattern of role.paths ?? ['']) {
      const head = literalHead(pattern);
      const folder = head.slice(0, head.lastIndexOf('/') + 1);
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), number]);
    }
  });
  const index = { byFolder, needsDigest: delegations.roles.some((role) => role.pathHashPrefixes !== undefined) };
  indexes.set(delegations, index);
  return index;
}

/** The roles that may speak about some path that starts with `prefix`, of those that the snapshot names: yes in doubt. */
export function rolesBelow(
  delegations: Delegations | undefined,
  prefix: string,
  named: Iterable<string>,
): readonly DelegatedRole[] {
  if (!delegations) return [];
  const { roles, succinct } = delegations;
  if (!succinct) return roles.filter((role) => mayReach(role, prefix));
  return [...named].filter((name) => isBin(succinct, name)).map((name) => binRole(succinct, name));
}

/** The role of this name, if the delegation has it. */
export function roleNamed(delegations: Delegations | undefined, name: string): DelegatedRole | undefined {
  if (delegations?.succinct) return isBin(delegations.succinct, name) ? binRole(delegations.succinct, name) : undefined;
  return delegations?.roles.find((role) => role.name === name);
}

function covers(role: DelegatedRole, path: string, digest: string): boolean {
  if (role.pathHashPrefixes) return role.pathHashPrefixes.some((prefix) => digest.startsWith(prefix));
  return (role.paths ?? []).some((pattern) => matchesPattern(pattern, path));
}

function mayReach(role: DelegatedRole, prefix: string): boolean {
  if (role.pathHashPrefixes) return true;
  return (role.paths ?? []).some((pattern) => {
    const head = literalHead(pattern);
    return head.startsWith(prefix) || prefix.startsWith(head);
  });
}

/** TAP 15: the first bits of the path's SHA-256 are the number of its role, in as few hexadecimal digits as all fit in. */
function binName({ bitLength, namePrefix }: SuccinctRoles, digest: Uint8Array): string {
  const first = new DataView(digest.buffer, digest.byteOffset).getUint32(0);
  const number = Math.floor(first / 2 ** (32 - bitLength));
  return `${namePrefix}-${number.toString(16).padStart(Math.ceil(bitLength / 4), '0')}`;
}

function isBin({ bitLength, namePrefix }: SuccinctRoles, name: string): boolean {
  if (!name.startsWith(`${namePrefix}-`)) return false;
  const digits = name.slice(namePrefix.length + 1);
  const isNumber = digits.length === Math.ceil(bitLength / 4) && /^[0-9a-f]+$/.test(digits);
  return isNumber && Number.parseInt(digits, 16) < 2 ** bitLength;
}

/** TAP 15: nobody else speaks about the path of a bin. */
function binRole({ keyIds, threshold }: SuccinctRoles, name: string): DelegatedRole {
  return { name, keyIds, threshold, terminating: true, paths: undefined, pathHashPrefixes: undefined };
}
