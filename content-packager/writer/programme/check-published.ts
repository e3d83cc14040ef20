import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { refreshRepository, type TrustedRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { RepositoryError } from '#core/repository/repository-error.ts';
import type { Bundle } from '../bundle-reader.ts';
import { folderFetch } from './folder-fetch.ts';
import { readProgramme } from './programme-file.ts';
import { readFirstRoot } from './repository-state.ts';

/** What a programme says of a bundle. */
export type PublishedVerdict =
  | { readonly kind: 'published'; readonly path: string; readonly role: string; readonly rootVersion: number }
  | { readonly kind: 'otherVersion'; readonly path: string; readonly publishedVersion: string }
  | { readonly kind: 'notPublished'; readonly path: string };

/** Follows the programme's chain as a device would (TUF 5), from its first root to the manifest of this bundle. */
export async function checkPublished(programmeDir: string, bundle: Bundle, nowMs: number): Promise<PublishedVerdict> {
  const repository = await openRepository(programmeDir, nowMs);
  const path = `courses/${bundle.manifest.courseId}/${bundle.manifest.moduleId}.json`;
  const target = await repository.findTarget(path);
  if (target === undefined) return { kind: 'notPublished', path };
  if (target.hashes.sha256 !== bundle.manifestSha256 || target.length !== bundle.manifestBytes.length)
    return { kind: 'otherVersion', path, publishedVersion: versionOf(target.custom) };
  // The manifest as published must be there for a station as well.
  const bytes = await repository.downloadTarget(path);
  if (createHash('sha256').update(bytes).digest('hex') !== bundle.manifestSha256)
    throw new RepositoryError({ code: 'HASH_MISMATCH', role: path });
  return { kind: 'published', path, role: target.role, rootVersion: repository.rootVersion };
}

/** Opens a programme's repository folder with the client that stations and devices use. */
export async function openRepository(
  programmeDir: string,
  nowMs: number,
  ignoreExpiry = false,
): Promise<TrustedRepository> {
  const programme = await readProgramme(programmeDir);
  const trustedRoot = await readFirstRoot(programmeDir, programme);
  return refreshRepository({
    store: createMemoryStore(),
    fetch: folderFetch(join(programmeDir, 'repository')),
    now: nowMs,
    trustedRoot,
    ignoreExpiry,
  });
}

function versionOf(custom: unknown): string {
  return typeof custom === 'object' && custom !== null && 'version' in custom && typeof custom.version === 'string'
    ? custom.version
    : 'unknown';
}
