import { metadataKeyOf } from '#core/repository/keys.ts';
import { slugOf } from '../../readers/href.ts';
import { WriterError } from '../writer-error.ts';
import { custodianKeys, type ProgrammeSession } from './change.ts';
import { writeProgramme } from './programme-file.ts';
import { delegationInput } from './repository-state.ts';
import { LIFETIME_DAYS, publishedFiles, publishRoles, signersOf } from './repository-writer.ts';

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

/** Makes a tutor's key and lets the targets custodians delegate the course to it. Answers the key's name and fingerprint. */
export async function addTutor(
  session: ProgrammeSession,
  courseId: string,
  tutor: string,
): Promise<{ keyName: string; keyId: string }> {
  const { dir, programme, state, keyRing, nowMs } = session;
  const course = programme.courses.get(courseId);
  if (course === undefined) throw unknownCourse(dir, courseId);
  const keyName = `tutor-${courseId}-${slugOf(tutor)}`;
  if (course.tutors.has(tutor) || [...course.tutors.values()].includes(keyName)) {
    throw new WriterError({
      code: 'TUTOR_EXISTS',
      file: dir,
      problem: `has a tutor "${tutor}" in this course already`,
      advice: 'Use another name.',
    });
  }
  const targets = state.roles.get('targets');
  const before = targets?.delegations;
  // The custodians' keys come first: without them no tutor key is made that nothing would ever trust.
  const custodians = await signersOf(keyRing, await custodianKeys(dir, 'targets'), programme.thresholds.targets);
  const signer = await keyRing.createSigner(keyName);
  const role = courseRole(courseId);
  const existing = before?.roles.find((candidate) => candidate.name === role);
  const others = (before?.roles ?? []).filter((candidate) => candidate.name !== role).map(delegationInput);
  const delegated = {
    name: role,
    terminating: true,
    threshold: 1,
    paths: [`courses/${courseId}/*`],
    keyIds: [...(existing?.keyIds ?? []), signer.keyId],
  };
  const changes = [
    {
      role: 'targets',
      lifetimeDays: LIFETIME_DAYS.targets,
      targets: publishedFiles(targets),
      delegations: {
        keys: [...(before?.keys.values() ?? []), await metadataKeyOf(signer)],
        roles: [...others, delegated],
      },
      signers: custodians,
    },
    // A course with a role needs its first, empty metadata; a further tutor changes nothing in it.
    ...(existing === undefined
      ? [{ role, lifetimeDays: LIFETIME_DAYS.course, targets: new Map(), signers: [signer] }]
      : []),
  ];
  await publishRoles(dir, keyRing, state, changes, nowMs);
  const courses = new Map(programme.courses);
  courses.set(courseId, { title: course.title, tutors: new Map([...course.tutors, [tutor, keyName]]) });
  await writeProgramme(dir, { ...programme, courses });
  return { keyName, keyId: signer.keyId };
}

/** The error for a course that the programme does not have. */
export function unknownCourse(dir: string, courseId: string): WriterError {
  return new WriterError({
    code: 'UNKNOWN_COURSE',
    file: dir,
    problem: `has no course "${courseId}"`,
    advice: `Add it with "leeslicht programme add-course DIR ${courseId} --title …", or check the id with "leeslicht programme status DIR".`,
  });
}
