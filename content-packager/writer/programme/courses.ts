import { fromHex, toHex } from '#core/bytes/hex.ts';
import { metadataKeyOf } from '#core/repository/keys.ts';
import { slugOf } from '../../readers/href.ts';
import { WriterError } from '../writer-error.ts';
import type { ProgrammeSession } from './change.ts';
import { readPublicKey } from './custodian-key.ts';
import { freeKeyName, keysById } from './key-names.ts';
import { openPlan, type Plan, publishedFiles } from './plan.ts';
import { type ProgrammeFile, writeProgramme } from './programme-file.ts';
import { type Settlement, settle } from './settle.ts';

/** A tutor's key and how the change that lets it sign ended. */
export interface TutorAdded {
  readonly keyName: string;
  readonly keyId: string;
  readonly isHere: boolean;
  readonly settlement: Settlement;
}

/** The metadata role of a course. */
export function courseRole(courseId: string): string {
  return `course-${courseId}`;
}

/** Books a course. It gets its role in the signed metadata with its first tutor, since a role without keys cannot be. */
export async function addCourse(session: ProgrammeSession, courseId: string, title: string): Promise<void> {
  const { dir, programme } = session;
  if (programme.courses.has(courseId)) {
    throw new WriterError({
      code: 'COURSE_EXISTS',
      file: dir,
      problem: `has a course "${courseId}" already`,
      advice: 'Choose another id.',
    });
  }
  await writeProgramme(dir, {
    ...programme,
    courses: new Map([...programme.courses, [courseId, { title, tutors: new Map() }]]),
  });
}

/** Ends a course: nothing of it is offered any more. Devices that hold its modules may go on reading them. */
export async function removeCourse(
  session: ProgrammeSession,
  courseId: string,
  request: string | undefined,
): Promise<Settlement | undefined> {
  const { dir, programme } = session;
  const course = courseOf(programme, dir, courseId);
  const plan = openPlan(session.state);
  const role = courseRole(courseId);
  if (plan.keysOf(role) === undefined) {
    // A course without a tutor was never published: there is nothing to sign.
    await writeProgramme(dir, {
      ...programme,
      courses: new Map([...programme.courses].filter(([id]) => id !== courseId)),
    });
    return undefined;
  }
  plan.undelegate(role);
  plan.edit({ kind: 'removeCourse', course: courseId });
  for (const key of course.tutors.values()) plan.edit({ kind: 'forgetKey', key });
  return settle(session, plan, { title: `end of the course ${courseId}`, request });
}

/** Lets the targets custodians delegate the course to one more tutor, whose key is made here or was made elsewhere. */
export async function addTutor(
  session: ProgrammeSession,
  courseId: string,
  tutor: string,
  options: { readonly publicFile?: string | undefined; readonly request?: string | undefined } = {},
): Promise<TutorAdded> {
  const { dir, programme, state, keyRing } = session;
  const course = courseOf(programme, dir, courseId);
  if (course.tutors.has(tutor)) {
    throw new WriterError({
      code: 'TUTOR_EXISTS',
      file: dir,
      problem: `has a tutor "${tutor}" in this course already`,
      advice: 'Use another name, or rotate the key of this one.',
    });
  }
  const plan = openPlan(state);
  const role = courseRole(courseId);
  const before = plan.keysOf(role);
  const given = options.publicFile === undefined ? undefined : await readPublicKey(options.publicFile, 'ed25519');
  const keyName = await freeKeyName(session, `tutor-${courseId}-${slugOf(tutor)}`);
  // The custodians' keys come first: without them no tutor key is made that nothing would ever trust.
  if (given === undefined) await keyRing.signersFor(plan.keysOf('targets')?.keyIds ?? []);
  const publicKey = given === undefined ? (await keyRing.createSigner(keyName)).publicKey : fromHex(given.public);
  const key = await metadataKeyOf({ publicKey });
  const keyIds = [...(before?.keyIds ?? []).filter((id) => id !== key.keyId), key.keyId];
  plan.delegate({ name: role, terminating: true, threshold: 1, paths: [`courses/${courseId}/*`], keyIds }, [key]);
  // A course with a role needs its first, empty metadata; a further tutor changes nothing in it.
  if (before === undefined) plan.publish(role, new Map());
  plan.edit({ kind: 'nameKey', key: keyName, public: toHex(publicKey) });
  plan.edit({ kind: 'setTutor', course: courseId, tutor, key: keyName });
  const settlement = await settle(session, plan, {
    title: `${tutor} becomes a tutor of ${courseId}`,
    request: options.request,
  });
  return { keyName, keyId: key.keyId, isHere: given === undefined, settlement };
}

/**
 * Takes a tutor off a course. What the course published is signed anew by those who stay, so that old modules stay and
 * nothing new by this tutor counts. The last tutor cannot go: a role without keys cannot be.
 */
export async function removeTutor(
  session: ProgrammeSession,
  courseId: string,
  tutor: string,
  request: string | undefined,
): Promise<Settlement> {
  const { dir, programme, state } = session;
  const keyName = tutorKey(courseOf(programme, dir, courseId), dir, courseId, tutor);
  const plan = openPlan(state);
  const role = courseRole(courseId);
  await dropTutorKey(session, plan, role, keyName);
  plan.publish(role, publishedFiles(state.roles.get(role)));
  plan.edit({ kind: 'removeTutor', course: courseId, tutor }, { kind: 'forgetKey', key: keyName });
  return settle(session, plan, { title: `${tutor} leaves ${courseId}`, request });
}

async function dropTutorKey(session: ProgrammeSession, plan: Plan, role: string, keyName: string): Promise<void> {
  const before = plan.keysOf(role);
  const names = await keysById(session);
  const keyIds = (before?.keyIds ?? []).filter((keyId) => names.get(keyId) !== keyName);
  if (keyIds.length === 0) {
    throw new WriterError({
      code: 'LAST_TUTOR',
      file: session.dir,
      problem: 'has no other tutor in this course',
      advice: 'Add another tutor first, or give this one a new key with "leeslicht programme rotate".',
    });
  }
  const path = `courses/${role.replace(/^course-/, '')}/*`;
  plan.delegate({ name: role, terminating: true, threshold: 1, paths: [path], keyIds }, []);
}

/** A course of the programme. Throws `UNKNOWN_COURSE`. */
export function courseOf(
  programme: ProgrammeFile,
  dir: string,
  courseId: string,
): { readonly title: string; readonly tutors: ReadonlyMap<string, string> } {
  const course = programme.courses.get(courseId);
  if (course !== undefined) return course;
  throw new WriterError({
    code: 'UNKNOWN_COURSE',
    file: dir,
    problem: `has no course "${courseId}"`,
    advice: `Add it with "leeslicht programme add-course DIR ${courseId} --title …", or check the id with "leeslicht programme status DIR".`,
  });
}

/** The name of a tutor's key. Throws `UNKNOWN_TUTOR`. */
export function tutorKey(
  course: { readonly tutors: ReadonlyMap<string, string> },
  dir: string,
  courseId: string,
  tutor: string,
): string {
  const keyName = course.tutors.get(tutor);
  if (keyName !== undefined) return keyName;
  throw new WriterError({
    code: 'UNKNOWN_TUTOR',
    file: dir,
    problem: `has no tutor "${tutor}" in course "${courseId}"`,
    advice: `Its tutors: ${[...course.tutors.keys()].join(', ') || 'none yet'}. Add one with "leeslicht programme add-tutor".`,
  });
}
