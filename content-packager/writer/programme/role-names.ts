/** The metadata role that somebody means: `courses/maths` and `course/maths` are `course-maths`. */
export function roleOf(typed: string): string {
  return typed.trim().replace(/^courses?[-/]/, 'course-');
}

/** Several roles, typed with commas in between. */
export function rolesOf(typed: string): string[] {
  return [...new Set(typed.split(',').map(roleOf))].filter((role) => role !== '');
}
