import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { formatInstant } from '#core/json/instant.ts';
import { houseCases } from './house-vectors.ts';
import { specificationCases } from './specification-vectors.ts';
import { basicPlan, NOW_MS, type Plan, publish, signRoot } from './test-repository.ts';
import type { Files, MadeCase } from './vector-case.ts';

/** The text of every file below `docs/formats/vectors/repository/`, by name. The same each time: all keys are fixed. */
export async function makeRepositoryVectors(): Promise<ReadonlyMap<string, string>> {
  const base = await basicPlan();
  return new Map([
    [
      'house.json',
      await write('leeslicht', 'Our own repositories: TUF 1.0.34 and every house rule.', base, await houseCases(base)),
    ],
    [
      'specification.json',
      await write(
        'specification',
        'What TUF 1.0.34 allows beyond our house rules.',
        base,
        await specificationCases(base),
      ),
    ],
  ]);
}

async function write(profile: string, about: string, base: Plan, cases: readonly MadeCase[]): Promise<string> {
  const files = await publish(base);
  const trustedRoot = await signRoot(base);
  const texts = (from: Files) => Object.fromEntries([...from].map(([path, bytes]) => [path, fromUtf8(bytes)]));
  const document = {
    format: 'repository',
    about,
    profile,
    now: formatInstant(NOW_MS),
    trustedRoot: fromUtf8(trustedRoot),
    files: texts(files),
    cases: cases.map((made) => ({
      name: made.name,
      clause: made.clause,
      ...(made.trustedRoot ? { trustedRoot: fromUtf8(made.trustedRoot) } : {}),
      steps: made.steps.map((step) => ({
        ...(step.nowMs === undefined ? {} : { now: formatInstant(step.nowMs) }),
        changes: { ...texts(changed(files, step.files)), ...missing(files, step.files) },
        ...(step.target === undefined ? {} : { target: step.target }),
        verdict: step.verdict,
      })),
    })),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function changed(base: Files, files: Files): Files {
  return new Map([...files].filter(([path, bytes]) => fromUtf8(bytes) !== fromUtf8(base.get(path) ?? utf8(''))));
}

function missing(base: Files, files: Files): Record<string, null> {
  return Object.fromEntries([...base.keys()].filter((path) => !files.has(path)).map((path) => [path, null]));
}
