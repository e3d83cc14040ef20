import { sha256Hex } from '#core/crypto/digest.ts';
import { CHUNK_BYTES, verifyChunk } from '#core/module/chunk.ts';
import { type LeafTable, verifyLeaves } from '#core/module/leaves.ts';
import { type Manifest, type ModuleFile, parseManifest } from '#core/module/manifest.ts';
import { ModuleError } from '#core/module/module-error.ts';
import type { ActiveModule, DeviceDatabase } from '../device/device-database.ts';
import { ModulesError } from './modules-error.ts';
import { isQuarantined, quarantineFile, quarantineId } from './quarantine.ts';

/** A module whose manifest and leaves were checked against the hash of its active version. */
export interface OpenModule {
  readonly active: ActiveModule;
  readonly manifest: Manifest;
  readonly leaves: LeafTable;
  fileOf(href: string): ModuleFile | undefined;
}

/** Opens the active version: manifest against its hash, leaves against the manifest. Throws ModulesError `DAMAGED`. */
export async function openModule(database: DeviceDatabase, active: ActiveModule): Promise<OpenModule> {
  const stored = await database.get('manifests', active.manifestSha256);
  if (!stored || (await sha256Hex(stored.manifest)) !== active.manifestSha256) {
    throw new ModulesError({ code: 'DAMAGED', path: active.path });
  }
  const manifest = parseManifest(stored.manifest);
  const leaves = await leavesOf(manifest, stored.leaves, active.path);
  const files = new Map(manifest.files.map((file) => [file.href, file]));
  return { active, manifest, leaves, fileOf: (href) => files.get(href) };
}

/**
 * One chunk, hashed before anyone sees it. Bytes other than the signed ones, or none at all, put the file in quarantine
 * and throw ModulesError `DAMAGED`, as does a file that is there already: one look at the database tells both.
 */
export async function readChunk(
  database: DeviceDatabase,
  module: OpenModule,
  file: ModuleFile,
  index: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = module.leaves.leafOf(file, index);
  const transaction = database.transaction(['quarantine', 'chunks'], 'readonly');
  const [quarantined, stored] = await Promise.all([
    transaction.objectStore('quarantine').getKey(quarantineId(module.active.path, file.href)),
    transaction.objectStore('chunks').get(hash),
  ]);
  if (quarantined !== undefined) {
    throw new ModulesError({ code: 'DAMAGED', path: module.active.path, href: file.href });
  }
  try {
    return await verifyChunk(new Uint8Array(stored ?? new ArrayBuffer(0)), hash);
  } catch (cause) {
    if (!(cause instanceof ModuleError)) throw cause;
    await quarantineFile(database, module.active.path, file.href, hash);
    throw new ModulesError({ code: 'DAMAGED', path: module.active.path, href: file.href, cause });
  }
}

/** Throws ModulesError `DAMAGED` for a file in quarantine, for callers that read none of it. */
export async function refuseQuarantined(database: DeviceDatabase, path: string, href: string): Promise<void> {
  if (await isQuarantined(database, path, href)) throw new ModulesError({ code: 'DAMAGED', path, href });
}

/**
 * Bytes `begin` up to, not including, `end`, chunk by chunk. From the second on, the next chunk is read ahead: the first
 * one is what a reader waits for, and many stop there.
 */
export async function* readRange(
  database: DeviceDatabase,
  module: OpenModule,
  file: ModuleFile,
  begin: number,
  end: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const last = Math.ceil(end / CHUNK_BYTES);
  let index = Math.floor(begin / CHUNK_BYTES);
  if (end <= begin) return;
  let next = readChunk(database, module, file, index);
  while (index < last) {
    const chunk = await next;
    const start = index * CHUNK_BYTES;
    const isFirst = start <= begin;
    index += 1;
    if (index < last && !isFirst) readAhead();
    yield chunk.subarray(Math.max(0, begin - start), Math.min(chunk.length, end - start));
    if (index < last && isFirst) readAhead();
  }

  function readAhead(): void {
    next = readChunk(database, module, file, index);
    // The failure is met when this chunk's turn comes; a reader that stops earlier never asks.
    next.catch(() => undefined);
  }
}

/** The same bytes in one array. */
export async function readRangeWhole(
  database: DeviceDatabase,
  module: OpenModule,
  file: ModuleFile,
  begin: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(end - begin);
  let offset = 0;
  for await (const part of readRange(database, module, file, begin, end)) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

async function leavesOf(manifest: Manifest, leaves: Uint8Array, path: string): Promise<LeafTable> {
  try {
    return await verifyLeaves(manifest, leaves);
  } catch (cause) {
    if (!(cause instanceof ModuleError)) throw cause;
    throw new ModulesError({ code: 'DAMAGED', path, cause });
  }
}
