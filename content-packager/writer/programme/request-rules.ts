import { createHash } from 'node:crypto';
import { utf8 } from '#core/bytes/bytes.ts';
import { parseRecovery, parseStationAuthority, RECOVERY_PATH, STATIONS_PREFIX } from '#core/licence/authorities.ts';
import { FLOORS_PATH, parseFloors } from '#core/licence/floors.ts';
import { parseStatus, STATUS_PATH } from '#core/licence/status.ts';
import type { DelegatedRole, Root, Targets } from '#core/repository/metadata.ts';
import { WriterError } from '../writer-error.ts';
import type { ResolvedDocument } from './signing-documents.ts';

/** Paths of the two roles that every programme has; a course has its own folder. */
const FIXED_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['authorities', ['authorities/*', 'authorities/*/*']],
  ['status', ['status/*']],
]);

/**
 * What the shape of a programme allows (docs/ARCHITECTURE.md): targets only delegates, every role has its own folder
 * and ends the search, and no threshold falls. Throws `REQUEST_REFUSED`.
 */
export function checkShape(document: ResolvedDocument, root: Root | undefined, before: Targets | undefined): void {
  if (document.kind === 'root') {
    for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
      const [was, is] = [root?.roles[role].threshold ?? 1, document.content.roles[role].threshold];
      if (is < was) throw refused(`lets ${role} be signed by ${is} instead of ${was}`);
    }
    return;
  }
  const { role, content } = document;
  if (role !== 'targets') {
    if (content.delegations !== undefined) throw refused(`lets ${role} give its right to others`);
    return;
  }
  if (content.targets.size > 0) throw refused('lets targets publish files itself');
  if (content.delegations?.succinct !== undefined) throw refused('hands paths on by their hash');
  const lines = content.delegations?.roles ?? [];
  for (const name of FIXED_PATHS.keys())
    if (!lines.some((line) => line.name === name)) throw refused(`leaves out the role ${name}`);
  for (const line of lines)
    checkLine(
      line,
      before?.delegations?.roles.find(({ name }) => name === line.name),
    );
}

function checkLine(line: DelegatedRole, before: DelegatedRole | undefined): void {
  const course = /^course-([a-z0-9][a-z0-9-]*)$/.exec(line.name)?.[1];
  const paths = FIXED_PATHS.get(line.name) ?? (course === undefined ? undefined : [`courses/${course}/*`]);
  if (paths === undefined) throw refused(`adds a role "${line.name}" that is none of a programme`);
  if (line.paths?.join('\n') !== paths.join('\n')) throw refused(`gives ${line.name} other paths than its own`);
  if (!line.terminating) throw refused(`lets others speak after ${line.name}`);
  if (before !== undefined && line.threshold < before.threshold)
    throw refused(`lets ${line.name} be signed by ${line.threshold} instead of ${before.threshold}`);
}

/**
 * Opens what authorities and status vouch for: a custodian signs nothing unread, and no floor above the newest root.
 * Throws `REQUEST_REFUSED`.
 */
export async function checkContent(
  document: ResolvedDocument,
  files: ReadonlyMap<string, string>,
  rootVersion: number,
): Promise<void> {
  if (document.kind === 'root' || document.role === 'targets') return;
  const { role, content } = document;
  for (const [path, { length, hashes }] of content.targets) {
    if (role.startsWith('course-')) {
      if (!path.startsWith(`courses/${role.slice('course-'.length)}/`)) throw refused(`lets ${role} publish ${path}`);
      continue;
    }
    const text = files.get(path);
    const bytes = text === undefined ? undefined : utf8(text);
    if (bytes === undefined || bytes.length !== length || sha256Hex(bytes) !== hashes.sha256)
      throw refused(`does not show what it vouches for: ${path}`);
    checkFile(role, path, bytes, rootVersion);
  }
}

function checkFile(role: string, path: string, bytes: Uint8Array, rootVersion: number): void {
  if (role === 'status' && path === STATUS_PATH) parseStatus(bytes);
  else if (role === 'authorities' && path === RECOVERY_PATH) parseRecovery(bytes);
  else if (role === 'authorities' && path === FLOORS_PATH) {
    const { root } = parseFloors(bytes).metadata;
    // A root that nobody has yet would close every device.
    if (root > rootVersion) throw refused(`lets only root ${root} count, and root ${rootVersion} is the newest`);
  } else if (role === 'authorities' && path.startsWith(STATIONS_PREFIX)) {
    const { siteId } = parseStationAuthority(bytes);
    if (`${STATIONS_PREFIX}${siteId}.json` !== path) throw refused(`puts the grant of ${siteId} at ${path}`);
  } else throw refused(`lets ${role} publish ${path}`);
}

/** The error for a request that no custodian should sign. */
export function refused(problem: string, cause?: unknown, advice?: string): WriterError {
  return new WriterError({
    code: 'REQUEST_REFUSED',
    file: 'the request',
    problem,
    advice:
      advice ?? 'Sign nothing. Call the publishing host and the other custodians, not by the way the request came.',
    cause,
  });
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
