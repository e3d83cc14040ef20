import { fromHex, toHex } from '#core/bytes/hex.ts';
import { encodeRecovery, RECOVERY_PATH } from '#core/licence/authorities.ts';
import { type MetadataKey, metadataKeyOf } from '#core/repository/keys.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { courseOf } from './courses.ts';
import { readPublicKey } from './custodian-key.ts';
import { freeKeyName, keysById } from './key-names.ts';
import { openPlan, type Plan, publishedFiles } from './plan.ts';
import { unknownRole } from './renew.ts';
import { writeTarget } from './repository-writer.ts';
import { type Settlement, settle } from './settle.ts';

/** Which keys go and what comes in their place. */
export interface RotateOptions {
  /** One or several roles; one signing of root is enough for all of them. */
  readonly roles: readonly string[];
  /** The key that goes, by its name or its tutor's; where a role has one key it need not be said. */
  readonly replace?: string | undefined;
  /** Public half of a key made elsewhere; else the new key is made here. */
  readonly publicFile?: string | undefined;
  readonly request?: string | undefined;
}

/** One key that went and the one that came. */
export interface Rotated {
  readonly role: string;
  readonly oldKey: string;
  readonly newKey: string;
  readonly isHere: boolean;
}

/**
 * Gives roles a new key in place of an old one. The old key counts for nothing as soon as this is published; root is
 * signed by a threshold of the keys before and after, so that devices can follow.
 */
export async function rotateKeys(
  session: ProgrammeSession,
  options: RotateOptions,
): Promise<{ readonly rotated: readonly Rotated[]; readonly settlement: Settlement }> {
  const { roles, replace, publicFile } = options;
  if (roles.length > 1 && (replace !== undefined || publicFile !== undefined)) {
    throw new WriterError({
      code: 'UNKNOWN_ROLE',
      file: roles.join(','),
      problem: 'are several roles, and --replace and --public speak of one',
      advice: 'Rotate these roles one after the other, or leave both options out.',
    });
  }
  const plan = openPlan(session.state);
  const rotated: Rotated[] = [];
  for (const role of roles) {
    rotated.push(
      role === 'recovery'
        ? await rotateRecovery(session, plan, options)
        : await rotateRole(session, plan, role, options),
    );
  }
  const title = `new key: ${rotated.map(({ role, oldKey }) => `${role} (in place of ${oldKey})`).join(', ')}`;
  return { rotated, settlement: await settle(session, plan, { title, request: options.request }) };
}

async function rotateRole(
  session: ProgrammeSession,
  plan: Plan,
  role: string,
  options: RotateOptions,
): Promise<Rotated> {
  const { keyRing, state } = session;
  const before = plan.keysOf(role);
  if (before === undefined) throw unknownRole(role);
  const names = await keysById(session);
  const oldId = chooseKey(session, role, before.keyIds, names, options.replace);
  const oldKey = names.get(oldId) ?? oldId;
  const given = options.publicFile === undefined ? undefined : await readPublicKey(options.publicFile, 'ed25519');
  const newKey = await freeKeyName(session, oldKey === oldId ? role : oldKey);
  const publicKey = given === undefined ? (await keyRing.createSigner(newKey)).publicKey : fromHex(given.public);
  const key = await metadataKeyOf({ publicKey });
  if (before.keyIds.includes(key.keyId)) {
    throw new WriterError({
      code: 'BAD_PUBLIC_KEY',
      file: options.publicFile ?? newKey,
      problem: `is a key of ${role} already`,
      advice: 'Make a new key with "leeslicht programme new-key".',
    });
  }
  const known = new Map<string, MetadataKey>([
    ...state.root.keys,
    ...(state.roles.get('targets')?.delegations?.keys ?? []),
  ]);
  const keys = before.keyIds.flatMap((keyId) => (keyId === oldId ? [key] : (known.get(keyId) ?? [])));
  plan.setKeys(role, keys, before.threshold);
  plan.edit({ kind: 'nameKey', key: newKey, public: toHex(publicKey) });
  const tutor = tutorWith(session, role, oldKey);
  if (tutor !== undefined) plan.edit({ kind: 'setTutor', ...tutor, key: newKey });
  // The same person may hold this key in another course, where it still counts.
  if (!isUsedElsewhere(session, role, oldId)) plan.edit({ kind: 'forgetKey', key: oldKey });
  return { role, oldKey, newKey, isHere: given === undefined };
}

async function rotateRecovery(session: ProgrammeSession, plan: Plan, options: RotateOptions): Promise<Rotated> {
  const given = options.publicFile === undefined ? undefined : await readPublicKey(options.publicFile, 'age');
  const newKey = await freeKeyName(session, 'recovery');
  const recipient = given?.public ?? (await session.keyRing.createAgeKey(newKey));
  const targets = publishedFiles(session.state.roles.get('authorities'));
  targets.set(RECOVERY_PATH, await writeTarget(session.dir, RECOVERY_PATH, encodeRecovery({ recipient })));
  plan.publish('authorities', targets);
  plan.edit({ kind: 'nameKey', key: newKey, public: recipient });
  // The old key stays where it is: backups that were sealed for it can be opened with it alone.
  const oldKey = [...session.programme.keys.keys()].filter((name) => /^recovery(?:-\d+)?$/.test(name)).at(-1);
  return { role: 'recovery', oldKey: oldKey ?? 'recovery', newKey, isHere: given === undefined };
}

function chooseKey(
  session: ProgrammeSession,
  role: string,
  keyIds: readonly string[],
  names: ReadonlyMap<string, string>,
  replace: string | undefined,
): string {
  const [only] = keyIds;
  if (replace === undefined && keyIds.length === 1 && only !== undefined) return only;
  const wanted = replace === undefined ? undefined : (tutorsKey(session, role, replace) ?? replace);
  const found = keyIds.find((keyId) => wanted !== undefined && (names.get(keyId) === wanted || keyId === wanted));
  if (found !== undefined) return found;
  throw new WriterError({
    code: 'UNKNOWN_KEY',
    file: role,
    problem: replace === undefined ? 'has several keys' : `has no key "${replace}"`,
    advice: `Say which key goes with --replace: ${keyIds.map((keyId) => names.get(keyId) ?? keyId).join(', ')}.`,
  });
}

function tutorsKey(session: ProgrammeSession, role: string, tutor: string): string | undefined {
  if (!role.startsWith('course-')) return undefined;
  return courseOf(session.programme, session.dir, role.slice('course-'.length)).tutors.get(tutor);
}

function tutorWith(
  session: ProgrammeSession,
  role: string,
  keyName: string,
): { readonly course: string; readonly tutor: string } | undefined {
  const course = role.replace(/^course-/, '');
  const tutors = session.programme.courses.get(course)?.tutors ?? new Map<string, string>();
  const found = [...tutors].find(([, name]) => name === keyName);
  return found === undefined || !role.startsWith('course-') ? undefined : { course, tutor: found[0] };
}

function isUsedElsewhere({ state }: ProgrammeSession, role: string, keyId: string): boolean {
  const delegated = state.roles.get('targets')?.delegations?.roles ?? [];
  const lines = [...Object.entries(state.root.roles), ...delegated.map((line) => [line.name, line] as const)];
  return lines.some(([name, { keyIds }]) => name !== role && keyIds.includes(keyId));
}
