import { sha256Hex } from '#core/crypto/digest.ts';
import { coversModule, type Licence } from '#core/licence/licence.ts';
import { isWithdrawn } from '#core/licence/status.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { compareVersions } from '#core/module/version.ts';
import { activate, beginImport, collectGarbage, storedManifest, withdraw } from '../import/activate.ts';
import { ImportError } from '../import/import-error.ts';
import { runImport } from '../import/run-import.ts';
import { releaseRepaired } from '../modules/quarantine.ts';
import type { Trust } from '../trust/trust.ts';
import { codeOf, type SyncContext, SyncError } from './sync-context.ts';
import type { ModuleChange } from './sync-event.ts';

const PREFIX = 'courses/';

/** What the module step tells while it works. */
export type ModuleNews =
  | { readonly kind: 'progress'; readonly title: string; readonly done: number; readonly total: number }
  | { readonly kind: 'change'; readonly change: ModuleChange };

/**
 * Brings the modules that the licence covers: new ones, new versions, and what is damaged. A module that fails is named
 * and stays as it was; the others go on. Withdrawn ones are closed first.
 * @param onNews told of progress and of every change, in order
 */
export async function syncModules(
  context: SyncContext,
  trust: Trust,
  licence: Licence,
  onNews: (news: ModuleNews) => void,
): Promise<void> {
  const changed = (change: ModuleChange): void => onNews({ kind: 'change', change });
  for (const active of await context.database.getAll('active')) {
    if (active.withdrawn || !isWithdrawn(trust.status, active.path, active.version)) continue;
    await withdraw(context.database, active.path);
    changed({ title: active.title, change: 'withdrawn' });
  }
  const published = await trust.repository.listTargets(PREFIX);
  for (const [path, target] of published) {
    if (!coversModule(licence.modules, path)) continue;
    context.signal.throwIfAborted();
    try {
      const change = await syncOne(context, trust, path, target.hashes.sha256, onNews);
      if (change) changed(change);
    } catch (cause) {
      if (context.signal.aborted) throw cause;
      changed({ title: await titleOf(context, path), change: 'refused', code: codeOf(cause) });
      // Without room or without the station, the next module would fail as well.
      if (cause instanceof ImportError && (cause.code === 'QUOTA' || cause.code === 'NETWORK')) throw cause;
    }
  }
  for (const [role, failure] of trust.repository.failures) {
    for (const title of await titlesOfRole(context, role)) changed({ title, change: 'refused', code: failure.code });
  }
  await collectGarbage(context.database);
}

async function syncOne(
  context: SyncContext,
  trust: Trust,
  path: string,
  sha256: string,
  onNews: (news: ModuleNews) => void,
): Promise<ModuleChange | undefined> {
  const { database } = context;
  const active = await database.get('active', path);
  const isSame = active?.manifestSha256 === sha256 && !active.withdrawn;
  if (isSame && !(await isDamaged(context, path, sha256))) return undefined;
  const { bytes, manifest } = await fetchManifest(context, trust, path);
  if (isWithdrawn(trust.status, path, manifest.version)) return undefined;
  if (active && !isSame && compareVersions(manifest.version, active.version) < 0)
    throw new SyncError({ code: 'OLDER_VERSION' });
  const leaves = await fetchLeaves(context, manifest.leaves);
  await beginImport(database, path, manifest, await storedManifest(bytes, leaves));
  const job = { manifestSha256: sha256, repositoryUrl: new URL(context.transport.repositoryUrl, location.href).href };
  await runImport(
    job,
    ({ doneBytes, totalBytes }) =>
      onNews({ kind: 'progress', title: manifest.title, done: doneBytes, total: totalBytes }),
    context.signal,
  );
  await activate(database, path, manifest, sha256, Object.fromEntries(await chainOf(trust, path)));
  await releaseRepaired(database, path);
  return { title: manifest.title, change: isSame ? 'repaired' : active ? 'updated' : 'new' };
}

async function chainOf(trust: Trust, path: string): Promise<readonly (readonly [string, Uint8Array<ArrayBuffer>])[]> {
  const chain = await trust.repository.chainOf(path);
  return [...chain].map(([name, bytes]) => [name, new Uint8Array(bytes)] as const);
}

async function fetchManifest(context: SyncContext, trust: Trust, path: string) {
  const bytes = await trust.repository.downloadTarget(path);
  const manifest = parseManifest(bytes);
  // A course's key vouches for its own modules only: the manifest must say the same as the path.
  if (path !== `${PREFIX}${manifest.courseId}/${manifest.moduleId}.json`) throw new SyncError({ code: 'WRONG_PATH' });
  context.signal.throwIfAborted();
  return { bytes, manifest };
}

async function fetchLeaves(
  context: SyncContext,
  leaves: { readonly sha256: string; readonly length: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const path = `/repository/leaves/${leaves.sha256}`;
  const answer = await context.transport.send({ method: 'GET', path }, leaves.length, context.signal);
  if (answer.status !== 200) throw new SyncError({ code: 'MISSING_LEAVES' });
  return answer.body;
}

/** Damage is a file in quarantine, or a manifest whose bytes are not the signed ones any more. */
async function isDamaged(context: SyncContext, path: string, sha256: string): Promise<boolean> {
  const quarantined = await context.database.getAll('quarantine');
  if (quarantined.some((file) => file.path === path)) return true;
  const stored = await context.database.get('manifests', sha256);
  return !stored || (await sha256Hex(stored.manifest)) !== sha256;
}

async function titleOf(context: SyncContext, path: string): Promise<string> {
  const known = (await context.database.get('active', path)) ?? (await context.database.get('imports', path));
  return known?.title ?? path;
}

/** The modules on this device that a role vouched for, by title; the role itself when there are none. */
async function titlesOfRole(context: SyncContext, role: string): Promise<readonly string[]> {
  const modules = (await context.database.getAll('active')).filter(({ chain }) => Object.hasOwn(chain, role));
  return modules.length > 0 ? modules.map(({ title }) => title) : [role];
}
