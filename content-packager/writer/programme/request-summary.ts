import { utf8 } from '#core/bytes/bytes.ts';
import {
  parseRecovery,
  parseStationAuthority,
  RECOVERY_PATH,
  STATIONS_PREFIX,
  type StationKey,
} from '#core/licence/authorities.ts';
import { FLOORS_PATH, parseFloors } from '#core/licence/floors.ts';
import { parseStatus, STATUS_PATH } from '#core/licence/status.ts';
import type { ListedFile, RoleKeys, Root, Targets } from '#core/repository/metadata.ts';
import { floorLines } from './floor-lines.ts';
import type { Review } from './request-review.ts';

/**
 * A request in words, worked out from the documents themselves and never from what the request says about itself.
 * Keys are shown by the first 16 digits of their fingerprint; the names behind them are the publishing host's.
 */
export function summaryOf(review: Review): string[] {
  const { request, documents, before } = review;
  const nameOf = (keyId: string): string => {
    const name = request.names.get(keyId);
    return name === undefined ? keyId.slice(0, 16) : `${keyId.slice(0, 16)} (${name})`;
  };
  const lines = [`Programme "${request.programme}"`];
  for (const { role, kind, content } of documents) {
    lines.push(`${role}, version ${content.version}, holds until ${day(content.expiresAtMs)}:`);
    const details =
      kind === 'root'
        ? rootLines(before.root, content, nameOf)
        : roleLines(role, before.roles.get(role), content, request.files, nameOf);
    lines.push(...(details.length === 0 ? ['nothing changes but the date'] : details).map((line) => `  ${line}`));
  }
  return lines.map(visible);
}

/** Names and titles come from others: a control character could paint over what the custodian has to read. */
function visible(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

function rootLines(before: Root | undefined, after: Root, nameOf: (keyId: string) => string): string[] {
  return (['root', 'targets', 'snapshot', 'timestamp'] as const).flatMap((role) =>
    keyLines(role, before?.roles[role], after.roles[role], nameOf),
  );
}

function roleLines(
  role: string,
  before: Targets | undefined,
  after: Targets,
  files: ReadonlyMap<string, string>,
  nameOf: (keyId: string) => string,
): string[] {
  if (role === 'targets') return delegationLines(before, after, nameOf);
  const changed = [...after.targets].filter(
    ([path, file]) => before?.targets.get(path)?.hashes.sha256 !== file.hashes.sha256,
  );
  const gone = [...(before?.targets.keys() ?? [])].filter((path) => !after.targets.has(path));
  return [
    ...changed.flatMap(([path, file]) => fileLines(path, file, files.get(path), before?.targets.has(path) === true)),
    ...gone.map((path) => `takes away ${path}`),
  ];
}

function delegationLines(before: Targets | undefined, after: Targets, nameOf: (keyId: string) => string): string[] {
  const old = before?.delegations?.roles ?? [];
  const next = after.delegations?.roles ?? [];
  return [
    ...next.flatMap((line) =>
      keyLines(
        line.name,
        old.find(({ name }) => name === line.name),
        line,
        nameOf,
      ),
    ),
    ...old.filter(({ name }) => next.every((line) => line.name !== name)).map(({ name }) => `ends ${name}`),
  ];
}

function keyLines(
  role: string,
  before: RoleKeys | undefined,
  after: RoleKeys,
  nameOf: (keyId: string) => string,
): string[] {
  const added = after.keyIds.filter((keyId) => before?.keyIds.includes(keyId) !== true);
  const gone = (before?.keyIds ?? []).filter((keyId) => !after.keyIds.includes(keyId));
  if (before === undefined)
    return [
      `${role} is new: ${after.threshold} of ${after.keyIds.length} must sign`,
      ...added.map((id) => `  key ${nameOf(id)}`),
    ];
  return [
    ...(before.threshold === after.threshold
      ? []
      : [`${role}: ${after.threshold} must sign instead of ${before.threshold}`]),
    ...gone.map((id) => `${role}: key ${nameOf(id)} goes`),
    ...added.map((id) => `${role}: key ${nameOf(id)} comes`),
  ];
}

function fileLines(path: string, file: ListedFile, text: string | undefined, isKnown: boolean): string[] {
  const verb = isKnown ? 'changes' : 'adds';
  if (text !== undefined && path.startsWith(STATIONS_PREFIX)) {
    const grant = parseStationAuthority(utf8(text));
    const { siteName, stationName, maxLicenceDays, capabilities, keys, earlierKeys } = grant;
    return [
      `${verb} the grant of ${grant.siteId}: ${stationName}, ${siteName}`,
      `  licences of at most ${maxLicenceDays} days with ${capabilities.join(', ') || 'nothing'}`,
      keyLine('licences', keys.licence),
      keyLine('receipts and time', keys.receipt),
      `  work is sealed for ${keys.age.recipient.slice(0, 20)}…, ${day(keys.age.notBeforeMs)} to ${day(keys.age.notAfterMs)}`,
      ...earlierKeys.licence.map((key) => keyLine('licences, an earlier key', key)),
      ...earlierKeys.receipt.map((key) => keyLine('receipts and time, an earlier key', key)),
    ];
  }
  if (text !== undefined && path === RECOVERY_PATH)
    return [`${verb} the recovery key: ${parseRecovery(utf8(text)).recipient}`];
  if (text !== undefined && path === FLOORS_PATH)
    return [
      `${verb} what counts on devices, for good:`,
      ...floorLines(parseFloors(utf8(text))).map((line) => `  ${line}`),
    ];
  if (text !== undefined && path === STATUS_PATH) {
    const status = parseStatus(utf8(text));
    return [
      `${verb} the status list: ${status.revokedDevices.length} devices revoked, ${status.withdrawn.length} modules withdrawn`,
      ...status.revokedDevices.map(({ deviceId, reason }) => `  revoked ${deviceId}: ${reason}`),
      ...status.withdrawn.map(
        (entry) => `  withdrawn ${entry.path} ${entry.version ?? 'all versions'}: ${entry.reason}`,
      ),
    ];
  }
  const custom = file.custom;
  const title =
    typeof custom === 'object' && custom !== null && 'title' in custom ? ` "${String(custom['title'])}"` : '';
  const version =
    typeof custom === 'object' && custom !== null && 'version' in custom ? ` ${String(custom['version'])}` : '';
  return [`${verb} ${path}${title}${version}, SHA-256 ${file.hashes.sha256?.slice(0, 16)}…`];
}

function keyLine(purpose: string, key: StationKey): string {
  return `  ${purpose}: key ${key.public.slice(0, 16)}…, ${day(key.notBeforeMs)} to ${day(key.notAfterMs)}`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
