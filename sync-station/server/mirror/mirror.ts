import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { sha256Hex } from '#core/crypto/digest.ts';
import { parseStationAuthority, stationPath } from '#core/licence/authorities.ts';
import { NO_FLOORS } from '#core/licence/floors.ts';
import { type MetadataStore, openCached, refreshRepository, type TrustedRepository } from '#core/repository/client.ts';
import type { Mirror, MirrorState } from '../context.ts';
import { type Authorities, type AuthorityFiles, openAuthorityFiles } from './authority-files.ts';
import { copyModule, targetPath } from './contents.ts';
import { writeDurably } from './durable-file.ts';
import { openMetadataFile } from './metadata-file.ts';
import { createRecheck, type Recheck } from './recheck.ts';
import { openSource, type RepositorySource } from './source.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Metadata lives 40 days; at 21 days of age the desk raises an alarm, so with 19 days left. */
const lateBeforeExpiryMs = 19 * dayMs;
const safePath =
  /^(?:metadata\/[a-z0-9._-]+\.json|targets\/[\w./-]+|chunks\/[0-9a-f]{2}\/[0-9a-f]{64}|leaves\/[0-9a-f]{64})$/i;

/** Nothing there, or a folder, or a path that goes through a file. */
const noFileCodes = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);

/** What a mirror works with. */
export interface MirrorOptions {
  /** Holds `trusted-root.json` (put there at `init`), the trusted metadata and the copy. */
  readonly folder: string;
  readonly repository: string | undefined;
  readonly siteId: string;
  readonly now: () => number;
  readonly log: FastifyBaseLogger;
}

/**
 * Opens the station's copy of the published repository. It starts from the metadata that it trusted before, so that
 * a station without a line works on; {@link Mirror.refresh} brings news when all checks of the TUF client have passed.
 */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const copy = resolve(options.folder, 'repository');
  const store = await openMetadataFile(resolve(options.folder, 'trusted-metadata.json'));
  const files = await openAuthorityFiles(resolve(options.folder, 'known-authorities.json'), options.siteId);
  const recheck = createRecheck(options.now);
  let trusted: Authorities = { grant: undefined, status: undefined, recipient: undefined, floors: NO_FLOORS };
  let state: MirrorState = {
    kind: 'empty',
    refreshedAtMs: null,
    rootSha256: null,
    versions: {},
    expiresAtMs: {},
    failure: null,
  };
  let repository: TrustedRepository | undefined;
  let running: Promise<MirrorState> | undefined;
  let following: Promise<MirrorState> | undefined;

  const stateOf = (
    repository: TrustedRepository,
    root: Uint8Array,
    refreshedAtMs: number | null,
  ): Promise<MirrorState> =>
    sha256Hex(root).then((rootSha256) => ({
      kind: kindOf(repository, options.now()),
      refreshedAtMs,
      rootSha256,
      versions: repository.versions,
      expiresAtMs: repository.expiresAtMs,
      failure: null,
    }));

  async function openOld(): Promise<void> {
    const root = await trustedRoot(options.folder);
    if (!root || !(await store.read('timestamp'))) return;
    const opened = await openCached({ store, now: options.now(), trustedRoot: root, ignoreExpiry: true });
    const read = async (path: string, sha256: string): Promise<Uint8Array> =>
      new Uint8Array(await readFile(resolve(copy, targetPath(path, sha256))));
    trusted = (await files.bring(opened, read)).authorities;
    repository = opened;
    state = await stateOf(opened, root, null);
  }

  async function refreshNow(): Promise<MirrorState> {
    if (options.repository === undefined) return state;
    try {
      const root = await trustedRoot(options.folder);
      if (!root) throw new Error('no trusted-root.json');
      const source = openSource(options.repository);
      const result = await bringNews({ source, root, store, copy, files, recheck, options }, (news) => {
        trusted = news;
      });
      repository = result.repository;
      state = { ...(await stateOf(result.repository, root, options.now())), failure: result.failure };
    } catch (error) {
      const code = codeOf(error);
      options.log.warn({ code, err: error }, 'the mirror brought no news');
      state = { ...state, kind: ageKind(state, options.now()), failure: { code, atMs: options.now() } };
    }
    return state;
  }

  await openOld().catch((error: unknown) => {
    // The old copy is not trusted and nothing of it is used: the station runs on as an empty mirror until the next refresh.
    options.log.error({ err: error }, 'the trusted metadata could not be verified');
  });
  const mirror: Mirror = {
    state: () => ({ ...state, kind: ageKind(state, options.now()) }),
    stationGrant: () => trusted.grant,
    status: () => trusted.status,
    floors: () => trusted.floors,
    recoveryRecipient: () => trusted.recipient,
    async stationAuthority(siteId) {
      const verified = await mirror.target(stationPath(siteId));
      return verified && parseStationAuthority(verified);
    },
    async target(path) {
      const target = await repository?.findTarget(path);
      const bytes = target && (await readCopy(copy, targetPath(path, target.hashes.sha256)));
      return bytes && repository?.matchTarget(path, bytes);
    },
    refresh: () => {
      if (running) {
        // The one under way may have begun before what the caller means was published.
        following ??= running.then(() => {
          following = undefined;
          return mirror.refresh();
        });
        return following;
      }
      running = refreshNow().finally(() => {
        running = undefined;
      });
      return running;
    },
    async read(path) {
      const bytes = await readCopy(copy, path);
      const hash = /^(?:chunks\/[0-9a-f]{2}|leaves)\/([0-9a-f]{64})$/.exec(path)?.[1];
      if (!bytes || hash === undefined || (await sha256Hex(bytes)) === hash) return bytes;
      // What the disk has spoilt goes to nobody; it is fetched again at once.
      options.log.error({ path }, 'a file of the mirror is damaged and is fetched again');
      await rm(resolve(copy, path), { force: true });
      void mirror.refresh();
      return undefined;
    },
  };
  return mirror;
}

async function bringNews(
  input: {
    readonly source: RepositorySource;
    readonly root: Uint8Array;
    readonly store: MetadataStore;
    readonly copy: string;
    readonly files: AuthorityFiles;
    readonly recheck: Recheck;
    readonly options: MirrorOptions;
  },
  onAuthorities: (news: Authorities) => void,
): Promise<{ repository: TrustedRepository; failure: MirrorState['failure'] }> {
  const { source, copy, files, recheck, options } = input;
  const store = holdBack(input.store);
  const repository = await refreshRepository({ store, fetch: source, now: options.now(), trustedRoot: input.root });
  // First what this station itself needs: its grant and the revocations do not wait for films.
  const news = await files.bring(repository, async (path, sha256) => {
    const bytes = await repository.downloadTarget(path);
    await writeDurably(resolve(copy, targetPath(path, sha256)), bytes);
    return bytes;
  });
  onAuthorities(news.authorities);
  await store.release();
  const targets = await repository.listTargets('');
  let failure: MirrorState['failure'] = null;
  recheck.begin();
  for (const path of targets.keys()) {
    try {
      const bytes = await repository.downloadTarget(path);
      await writeDurably(resolve(copy, targetPath(path, await sha256Hex(bytes))), bytes);
      if (path.startsWith('courses/')) await copyModule(copy, source, bytes, recheck.isDue);
    } catch (error) {
      // One course that is not whole must not keep revocations and other courses from the devices.
      failure = { code: codeOf(error), atMs: options.now() };
      options.log.warn({ path, err: error }, 'a published file could not be copied');
    }
  }
  if (news.failure !== undefined) {
    // Devices go on with the older lists, which are whole: a list that names a grant that nobody has would close them.
    options.log.warn({ err: news.failure }, 'a file of the authorities is missing: devices keep the older metadata');
    return { repository, failure: { code: codeOf(news.failure), atMs: options.now() } };
  }
  await writeDurably(resolve(copy, 'metadata/1.root.json'), input.root);
  await copyMetadata(copy, store, repository);
  return { repository, failure };
}

/** A store that keeps what is committed to itself until `release`, which commits it in one step. */
function holdBack(store: MetadataStore): MetadataStore & { release(): Promise<void> } {
  let held: Map<string, Uint8Array | undefined> | undefined = new Map();
  return {
    read: (name) => (held?.has(name) ? Promise.resolve(held.get(name)) : store.read(name)),
    commit: async (changes) => {
      if (!held) return store.commit(changes);
      for (const [name, bytes] of changes) held.set(name, bytes);
    },
    release: async () => {
      if (held && held.size > 0) await store.commit(held);
      held = undefined;
    },
  };
}

/** Copies all trusted metadata, also what an earlier refresh fetched and did not come to copy. */
async function copyMetadata(copy: string, store: MetadataStore, repository: TrustedRepository): Promise<void> {
  const files: [name: string, path: string][] = [];
  for (let version = 2; version <= repository.rootVersion; version += 1)
    files.push([`${version}.root`, `metadata/${version}.root.json`]);
  for (const [role, version] of Object.entries(repository.versions))
    if (role !== 'root' && role !== 'timestamp') files.push([role, `metadata/${version}.${role}.json`]);
  // The timestamp comes last: a device never sees one whose files are not here yet.
  files.push(['timestamp', 'metadata/timestamp.json']);
  for (const [name, path] of files) {
    const bytes = await store.read(name);
    if (bytes) await writeDurably(resolve(copy, path), bytes);
  }
}

async function trustedRoot(folder: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(resolve(folder, 'trusted-root.json')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readCopy(copy: string, path: string): Promise<Uint8Array | undefined> {
  if (!safePath.test(path) || path.split('/').includes('..')) return undefined;
  try {
    return new Uint8Array(await readFile(resolve(copy, path)));
  } catch (error) {
    if (noFileCodes.has(codeOf(error))) return undefined;
    throw error;
  }
}

const kindOf = (repository: TrustedRepository, now: number): MirrorState['kind'] =>
  judgeAge([repository.expiresAtMs['timestamp'] ?? 0], now);
const ageKind = (state: MirrorState, now: number): MirrorState['kind'] =>
  state.kind === 'empty' ? 'empty' : judgeAge([state.expiresAtMs['timestamp'] ?? 0], now);

function judgeAge(expiresAtMs: readonly number[], now: number): 'fresh' | 'late' | 'stopped' {
  const left = Math.min(...expiresAtMs) - now;
  if (left <= 0) return 'stopped';
  return left < lateBeforeExpiryMs ? 'late' : 'fresh';
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNREACHABLE';
