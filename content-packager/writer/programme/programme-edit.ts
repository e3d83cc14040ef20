import { type Infer, literal, object, string, tagged } from '#core/json/shape.ts';
import type { ProgrammeFile } from './programme-file.ts';

const text = string({ minLength: 1, maxLength: 200 });

/** Reads one edit. */
export const programmeEditShape = tagged('kind', {
  nameKey: object({ required: { kind: literal('nameKey'), key: text, public: text } }),
  forgetKey: object({ required: { kind: literal('forgetKey'), key: text } }),
  setTutor: object({ required: { kind: literal('setTutor'), course: text, tutor: text, key: text } }),
  removeTutor: object({ required: { kind: literal('removeTutor'), course: text, tutor: text } }),
  removeCourse: object({ required: { kind: literal('removeCourse'), course: text } }),
});

/**
 * One change of `programme.json` that belongs to a change of the metadata. It is kept beside the documents that wait
 * for signatures, so that what others book in the meantime stays.
 */
export type ProgrammeEdit = Infer<typeof programmeEditShape>;

/** The programme after these edits. What an edit speaks of may be gone: then it changes nothing. */
export function applyEdits(programme: ProgrammeFile, edits: readonly ProgrammeEdit[]): ProgrammeFile {
  return edits.reduce(applyEdit, programme);
}

function applyEdit(programme: ProgrammeFile, edit: ProgrammeEdit): ProgrammeFile {
  switch (edit.kind) {
    case 'nameKey':
      return { ...programme, keys: new Map([...programme.keys, [edit.key, edit.public]]) };
    case 'forgetKey':
      return { ...programme, keys: without(programme.keys, edit.key) };
    case 'setTutor':
      return withTutors(programme, edit.course, (tutors) => new Map([...tutors, [edit.tutor, edit.key]]));
    case 'removeTutor':
      return withTutors(programme, edit.course, (tutors) => without(tutors, edit.tutor));
    case 'removeCourse':
      return { ...programme, courses: without(programme.courses, edit.course) };
  }
}

function withTutors(
  programme: ProgrammeFile,
  courseId: string,
  change: (tutors: ReadonlyMap<string, string>) => Map<string, string>,
): ProgrammeFile {
  const course = programme.courses.get(courseId);
  if (course === undefined) return programme;
  const courses = new Map([...programme.courses, [courseId, { ...course, tutors: change(course.tutors) }]]);
  return { ...programme, courses };
}

function without<V>(entries: ReadonlyMap<string, V>, name: string): Map<string, V> {
  return new Map([...entries].filter(([key]) => key !== name));
}
