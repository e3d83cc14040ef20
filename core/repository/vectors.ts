import { utf8 } from '#core/bytes/bytes.ts';
import { array, type Infer, isoInstantMs, json, literal, nullable, object, record, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { refreshRepository } from './client.ts';
import { createMemoryStore } from './memory-storage.ts';
import { type MetadataParsers, metadataParsers } from './parsers.ts';
import { ED25519_ONLY } from './profile.ts';
import { RepositoryError } from './repository-error.ts';

const text = string({ maxLength: 1_000_000 });
const stepShape = object({
  required: { changes: record(text, nullable(text)), verdict: text },
  optional: { now: isoInstantMs, target: text },
});
const caseShape = object({
  required: { name: text, clause: text, steps: array(stepShape, { min: 1 }) },
  optional: { trustedRoot: text },
});
const fileShape = object({
  required: {
    format: literal('repository'),
    about: json,
    profile: literal('leeslicht', 'specification'),
    now: isoInstantMs,
    trustedRoot: text,
    files: record(text, text),
    cases: array(caseShape, { min: 1 }),
  },
});

/** A file of `docs/formats/vectors/repository/`, whose README says what its members mean. */
export type RepositoryVectors = Infer<typeof fileShape>;
/** One case: a client with an empty store, and what it is shown one after the other. */
export type RepositoryVector = Infer<typeof caseShape>;

/** Reads a file of cases. Throws `JsonError` or `ShapeError`. */
export function parseRepositoryVectors(bytes: Uint8Array): RepositoryVectors {
  return fileShape(parseJson(bytes), '');
}

/** What this client says at each step: `accepted`, or the code and the role of what it refused. */
export async function judgeRepositoryVector(file: RepositoryVectors, vector: RepositoryVector): Promise<string[]> {
  const store = createMemoryStore();
  const parsers = metadataParsers({ rules: file.profile, verifiers: ED25519_ONLY });
  const trustedRoot = utf8(vector.trustedRoot ?? file.trustedRoot);
  const verdicts: string[] = [];
  for (const step of vector.steps) {
    const before = new Map(store.entries);
    const verdict = await judgeStep(file, step, { store, trustedRoot, parsers });
    // formats/repository.md 5.6: a cycle that was refused leaves nothing behind
    const isRefused = verdict !== 'accepted' && step.target === undefined;
    verdicts.push(isRefused && !isSame(before, store.entries) ? `${verdict}, and something was stored` : verdict);
  }
  return verdicts;
}

async function judgeStep(
  file: RepositoryVectors,
  step: RepositoryVector['steps'][number],
  client: { store: ReturnType<typeof createMemoryStore>; trustedRoot: Uint8Array; parsers: MetadataParsers },
): Promise<string> {
  const published = new Map<string, string | null>([...file.files, ...step.changes]);
  const fetch = async (path: string) => {
    const content = published.get(path);
    return typeof content === 'string' ? utf8(content) : undefined;
  };
  try {
    const repository = await refreshRepository({ ...client, fetch, now: step.now ?? file.now });
    if (step.target !== undefined) await repository.downloadTarget(step.target);
    return 'accepted';
  } catch (error) {
    if (error instanceof RepositoryError) return `${error.code} ${error.role}`;
    throw error;
  }
}

function isSame(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  return a.size === b.size && [...a].every(([name, bytes]) => b.get(name) === bytes);
}
