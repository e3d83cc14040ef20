import type { Course, ReadOptions } from '../readers/course.ts';
import { readCourse } from '../readers/read-course.ts';
import { withSearchIndex } from '../readers/search-index.ts';
import { type OnProgress, writeBundle } from '../writer/bundle-writer.ts';

/** Who the module is; what is absent follows from the input. */
export interface WantedIdentity {
  readonly moduleId?: string;
  readonly courseId?: string;
  readonly version?: string;
}

/** Who the module came to be. */
export type Identity = Required<WantedIdentity>;

/** What packing made. */
export interface PackedInput {
  readonly course: Omit<Course, 'close'>;
  readonly identity: Identity;
  readonly packed: Awaited<ReturnType<typeof writeBundle>>;
}

/**
 * Reads an input, adds its search index and writes the bundle to `output`. `check` sees the identity before anything is
 * written and may refuse it.
 */
export async function packInput(
  input: string,
  output: string,
  options: { readonly read: ReadOptions; readonly wanted: WantedIdentity; check(identity: Identity): Identity },
  write: (work: (onProgress: OnProgress) => Promise<PackedInput['packed']>) => Promise<PackedInput['packed']>,
): Promise<PackedInput> {
  const read = await readCourse(input, options.read);
  try {
    const course = await withSearchIndex(read);
    const { suggested } = course;
    const moduleId = options.wanted.moduleId ?? suggested.moduleId;
    const identity = options.check({
      moduleId,
      courseId: options.wanted.courseId ?? suggested.courseId ?? moduleId,
      version: options.wanted.version ?? suggested.version ?? '1.0.0',
    });
    const packed = await write((onProgress) => writeBundle(course, identity, output, onProgress));
    return { course, identity, packed };
  } finally {
    await read.close();
  }
}
