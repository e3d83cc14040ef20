import type { JsonValue } from '#core/json/json-value.ts';
import type { StatementResult } from '#core/quiz/statement.ts';

/** How far a learner came in scripted content, as the content itself says it. */
export interface Outcome {
  /** The content calls this try finished. */
  readonly isOver: boolean;
  readonly result: StatementResult;
}

const VERBS = /\/(?:completed|answered|passed|failed)$/;

/** Reads an xAPI statement of H5P; undefined when it reports no score of the whole content. */
export function outcomeOfStatement(statement: JsonValue): Outcome | undefined {
  const result = member(statement, 'result');
  const score = member(result, 'score');
  const verb = member(member(statement, 'verb'), 'id');
  // A part inside a larger content names it as its parent: only the whole counts.
  const parents = member(member(member(statement, 'context'), 'contextActivities'), 'parent');
  const isPart = Array.isArray(parents) ? parents.length > 0 : parents !== undefined;
  const raw = numberOf(member(score, 'raw'));
  const max = numberOf(member(score, 'max'));
  if (typeof verb !== 'string' || !VERBS.test(verb) || isPart || raw === undefined || max === undefined)
    return undefined;
  const success = member(result, 'success');
  return { isOver: true, result: resultOf(raw, max, undefined, typeof success === 'boolean' ? success : undefined) };
}

/** Reads the data model of a SCORM 1.2 document. */
export function outcomeOfScorm12(cmi: JsonValue): Outcome {
  const core = member(cmi, 'core');
  const status = member(core, 'lesson_status');
  const score = member(core, 'score');
  const isPassed = status === 'passed' ? true : status === 'failed' ? false : undefined;
  return {
    isOver: status === 'completed' || isPassed !== undefined,
    result: resultOf(numberOf(member(score, 'raw')), numberOf(member(score, 'max')) ?? 100, undefined, isPassed),
  };
}

/** Reads the data model of a SCORM 2004 document. */
export function outcomeOfScorm2004(cmi: JsonValue): Outcome {
  const success = member(cmi, 'success_status');
  const score = member(cmi, 'score');
  const isPassed = success === 'passed' ? true : success === 'failed' ? false : undefined;
  const max = numberOf(member(score, 'max')) ?? 100;
  return {
    isOver: member(cmi, 'completion_status') === 'completed' || isPassed !== undefined,
    result: resultOf(numberOf(member(score, 'raw')), max, numberOf(member(score, 'scaled')), isPassed),
  };
}

/** Content writes any number it likes: what is no score within its own bounds is none. */
function resultOf(
  raw: number | undefined,
  max: number,
  scaled: number | undefined,
  isPassed: boolean | undefined,
): StatementResult {
  const given = scaled ?? (raw !== undefined && max > 0 ? raw / max : undefined);
  const fraction = given === undefined ? undefined : Math.min(1, Math.max(0, given));
  const maxScore = fraction === undefined ? 0 : max > 0 ? max : 100;
  return { items: [], score: fraction === undefined ? 0 : fraction * maxScore, maxScore, fraction, isPassed };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && Math.abs(number) <= 1e9 ? number : undefined;
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
