import { type Plan, publish, signRoot } from './test-repository.ts';

/** Published files by path. */
export type Files = ReadonlyMap<string, Uint8Array>;
/** What a client is shown, and what it must say. */
export interface Step {
  readonly files: Files;
  readonly verdict: string;
  readonly target?: string;
  readonly nowMs?: number;
}
/** A case as it is made, before its files are told apart from those that all cases share. */
export interface MadeCase {
  readonly name: string;
  readonly clause: string;
  readonly steps: readonly Step[];
  readonly trustedRoot?: Uint8Array;
}

/** A target of the basic plan. */
export const WEEK_ONE = 'courses/maths/week-1.json';
/** The verdict on what is in order. */
export const OK = 'accepted';

/** A case of one step that shows one plan. */
export async function once(
  clause: string,
  name: string,
  verdict: string,
  plan: Plan,
  more: { target?: string; nowMs?: number; edit?: (files: Map<string, Uint8Array>) => void; root?: boolean } = {},
): Promise<MadeCase> {
  const files = await publish(plan);
  more.edit?.(files);
  const step = {
    files,
    verdict,
    ...(more.target === undefined ? {} : { target: more.target }),
    ...(more.nowMs === undefined ? {} : { nowMs: more.nowMs }),
  };
  return { clause, name, steps: [step], ...(more.root ? { trustedRoot: await signRoot(plan) } : {}) };
}

/** A case of two plans, the second after the first was accepted. */
export async function twice(
  clause: string,
  name: string,
  verdict: string,
  first: Plan,
  second: Plan,
): Promise<MadeCase> {
  const steps = [
    { files: await publish(first), verdict: OK },
    { files: await publish(second), verdict },
  ];
  return { clause, name, steps };
}
