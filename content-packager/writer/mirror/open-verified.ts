import {
  type RepositoryFetch,
  refreshRepository,
  type TargetFile,
  type TrustedRepository,
} from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import type { MetadataStore } from '#core/repository/session.ts';
import { badMirror } from './module-pieces.ts';

/** A repository in which every role and every target path has been checked by the devices' client. */
export interface VerifiedRepository {
  readonly trustedRoot: Uint8Array;
  readonly trusted: TrustedRepository;
  readonly targets: ReadonlyMap<string, TargetFile>;
  /** File names of all metadata in force, the timestamp among them. */
  readonly metadataNames: readonly string[];
}

/** Follows a repository from its root to every target that is listed. Throws `BAD_MIRROR`. */
export async function openVerified(options: {
  readonly fetch: RepositoryFetch;
  readonly trustedRoot: Uint8Array;
  readonly nowMs: number;
  readonly where: string;
  readonly store?: MetadataStore;
}): Promise<VerifiedRepository> {
  const { fetch, trustedRoot, nowMs, where } = options;
  try {
    const store = options.store ?? createMemoryStore();
    const trusted = await refreshRepository({ store, fetch, now: nowMs, trustedRoot });
    const targets = await trusted.listTargets('');
    const [failure] = trusted.failures.values();
    if (failure !== undefined) throw failure;
    const roots = Array.from({ length: trusted.rootVersion }, (_, index) => `${index + 1}.root.json`);
    const others = Object.entries(trusted.versions)
      .filter(([role]) => role !== 'root' && role !== 'timestamp')
      .map(([role, version]) => `${version}.${role}.json`);
    return { trustedRoot, trusted, targets, metadataNames: [...roots, ...others, 'timestamp.json'] };
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    throw refusedBy(error, where);
  }
}

function refusedBy(error: RepositoryError, where: string): Error {
  switch (error.code) {
    case 'EXPIRED':
      return badMirror(
        where,
        `is too old: the word of ${error.role} has run out`,
        error,
        'Sign anew on the publishing host ("leeslicht programme resign"), export again, and check the clock here.',
      );
    case 'ROLLBACK':
      return badMirror(
        where,
        `is older than what was brought before (${error.role})`,
        error,
        'Bring the newest stick.',
      );
    default:
      return badMirror(where, `does not hold: ${error.message}`, error);
  }
}
