import { type Signal, signal } from '@preact/signals';
import type { Manifest, ModuleFile } from '#core/module/manifest.ts';
import { openCached } from '#core/repository/client.ts';
import { type MetadataParsers, rememberingParsers } from '#core/repository/parsers.ts';
import type { ActiveModule, DeviceDatabase } from '../device/device-database.ts';
import type { PinnedTrust } from '../device/device-meta.ts';
import type { Damage, Modules, ShelfModule } from '../platform.ts';
import { chainMetadata } from '../trust/metadata-store.ts';
import { ModulesError } from './modules-error.ts';
import type { OpenModule } from './open-module.ts';

/** What the modules need from around them. */
export interface ModulesPorts {
  readonly database: DeviceDatabase;
  readonly pinned: () => Promise<PinnedTrust | undefined>;
  readonly nowMs: () => number;
  /** Whether reading is allowed at this moment. */
  readonly mayRead: () => boolean;
  /** Whether the licence covers this module. */
  readonly covers: (path: string) => boolean;
}

/** The modules, with what the platform does to them. */
export interface DeviceModules extends Modules {
  readonly damage: Signal<Damage | undefined>;
  /** Reads the shelf again and proves each active module's chain from the pinned root. */
  refresh(): Promise<void>;
  /** Shows how far an import is, without reading the database. */
  showProgress(title: string, fraction: number): void;
  /** Keys of the modules whose chain was proved: what the service worker may serve. */
  provedKeys(): readonly string[];
}

/** What opens a module and reads in it: loaded for the first one. */
const reading = () => import('./open-module.ts');

/** The modules on this device, as screens use them. */
export function deviceModules(ports: ModulesPorts): DeviceModules {
  const { database } = ports;
  const list: Signal<readonly ShelfModule[]> = signal([]);
  const damage: Signal<Damage | undefined> = signal(undefined);
  let proved = new Map<string, ActiveModule>();
  let opened = new Map<string, Promise<OpenModule>>();

  async function refresh(): Promise<void> {
    const pinned = await ports.pinned();
    const [active, imports, quarantine] = await Promise.all([
      database.getAll('active'),
      database.getAll('imports'),
      database.getAll('quarantine'),
    ]);
    // Modules that came together share most of their metadata, which is read once. Most of proving is waiting for hashes
    // and signatures, so all modules wait together.
    const parsers = rememberingParsers();
    const proofs = await Promise.all(
      active.map(
        async (module) => pinned && !module.withdrawn && (await isProved(module, pinned, ports.nowMs(), parsers)),
      ),
    );
    const next = new Map(active.filter((_, index) => proofs[index]).map((module) => [module.path, module]));
    const damaged = new Set(quarantine.map((file) => file.path));
    const shelf = active.map((module) => {
      const isWhole = next.has(module.path) && !damaged.has(module.path);
      return shelfModule(module, isWhole, ports.covers(module.path));
    });
    const incoming = imports.filter(({ path }) => !active.some((module) => module.path === path));
    const importing = incoming.map(({ path, title, language, version, sizeBytes, doneBytes }): ShelfModule => {
      const progressFraction = sizeBytes > 0 ? doneBytes / sizeBytes : 0;
      return { path, title, language, version, sizeBytes, state: 'importing', progressFraction };
    });
    proved = next;
    opened = new Map();
    list.value = [...shelf, ...importing].sort((a, b) => a.title.localeCompare(b.title));
  }

  async function open(path: string): Promise<OpenModule> {
    if (!ports.mayRead()) throw new ModulesError({ code: 'LOCKED', path });
    if (!ports.covers(path)) throw new ModulesError({ code: 'CLOSED', path });
    const active = proved.get(path);
    if (!active) throw new ModulesError({ code: await whyNot(path), path });
    const known = opened.get(path);
    if (known) return known;
    const opening = reading().then(({ openModule }) => openModule(database, active));
    opened.set(path, opening);
    opening.catch(() => opened.delete(path));
    return opening;
  }

  async function whyNot(path: string): Promise<'NOT_HERE' | 'WITHDRAWN' | 'DAMAGED'> {
    const active = await database.get('active', path);
    if (!active) return 'NOT_HERE';
    return active.withdrawn ? 'WITHDRAWN' : 'DAMAGED';
  }

  async function read(path: string, href: string, begin: number, end: number | undefined) {
    const module = await open(path);
    const file = fileOf(module, path, href);
    const last = end ?? file.sizeBytes;
    if (!(begin >= 0 && begin <= last && last <= file.sizeBytes)) throw new ModulesError({ code: 'RANGE', path, href });
    const { readRangeWhole } = await reading();
    try {
      return await readRangeWhole(database, module, file, begin, last);
    } catch (cause) {
      if (cause instanceof ModulesError && cause.code === 'DAMAGED') {
        damage.value = { path, href: file.href };
        list.value = list.value.map((one) => (one.path === path ? { ...one, state: 'damaged' } : one));
      }
      throw cause;
    }
  }

  return {
    list,
    damage,
    refresh,
    provedKeys: () => [...proved.values()].filter((module) => ports.covers(module.path)).map((module) => module.key),
    showProgress(title, fraction) {
      list.value = list.value.map((module) =>
        module.state === 'importing' && module.title === title ? { ...module, progressFraction: fraction } : module,
      );
    },
    manifest: async (path): Promise<Manifest> => (await open(path)).manifest,
    urlOf(path, href) {
      const [file = '', fragment] = href.split('#');
      const key = proved.get(path)?.key ?? '';
      const address = file.split('/').map(encodeURIComponent).join('/');
      return `/m/${key}/${address}${fragment === undefined ? '' : `#${fragment}`}`;
    },
    readText: async (path, href) => new TextDecoder().decode(await read(path, href, 0, undefined)),
    readBytes: (path, href) => read(path, href, 0, undefined),
    verifiedRange: (path, href, begin, end) => read(path, href, begin, end),
  };
}

/** Proves a module from the root that was pinned, through the metadata kept with it; expiry gates only installing. */
async function isProved(
  module: ActiveModule,
  pinned: PinnedTrust,
  nowMs: number,
  parsers: MetadataParsers,
): Promise<boolean> {
  try {
    const store = chainMetadata(module.chain);
    const repository = await openCached({ store, now: nowMs, trustedRoot: pinned.root, ignoreExpiry: true, parsers });
    return (await repository.findTarget(module.path))?.hashes.sha256 === module.manifestSha256;
  } catch {
    // Whatever is wrong with the chain, the module is not shown and the next sync brings it again.
    return false;
  }
}

function shelfModule(module: ActiveModule, isWhole: boolean, isCovered: boolean): ShelfModule {
  const { path, title, language, version, sizeBytes, withdrawn } = module;
  const state = withdrawn ? 'withdrawn' : !isCovered ? 'closed' : isWhole ? 'ready' : 'damaged';
  return { path, title, language, version, sizeBytes, state, progressFraction: 1 };
}

function fileOf(module: OpenModule, path: string, href: string): ModuleFile {
  const file = module.fileOf(href.split('#')[0] ?? '');
  if (!file) throw new ModulesError({ code: 'NO_SUCH_FILE', path, href });
  return file;
}
