import { expect } from 'vitest';
import { openCached, type RepositoryErrorCode, refreshRepository, type TrustedRepository } from './client.ts';
import { createMemoryStore } from './memory-storage.ts';
import { metadataParsers } from './parsers.ts';
import { LEESLICHT, type Profile } from './profile.ts';
import { fetchFrom, NOW_MS } from './test-repository.ts';

/** A client with a store of its own. */
export interface TestDevice {
  readonly store: ReturnType<typeof createMemoryStore>;
  refresh(files: ReadonlyMap<string, Uint8Array>, now?: number): Promise<TrustedRepository>;
  offline(now?: number): Promise<TrustedRepository>;
}

/** A device with this root, and perhaps a first refresh from `files`. */
export async function testDevice(
  trustedRoot: Uint8Array,
  files?: ReadonlyMap<string, Uint8Array>,
  options: { readonly profile?: Profile; readonly writes?: 'cycle' | 'file' } = {},
): Promise<TestDevice> {
  const { profile = LEESLICHT, writes = 'cycle' } = options;
  const parsers = metadataParsers(profile);
  const store = { ...createMemoryStore(), writes };
  const refresh: TestDevice['refresh'] = (from, now = NOW_MS) =>
    refreshRepository({ store, fetch: fetchFrom(from), now, trustedRoot, parsers });
  const offline: TestDevice['offline'] = (now = NOW_MS) =>
    openCached({ store, now, trustedRoot, parsers, ignoreExpiry: true });
  if (files) await refresh(files);
  return { store, refresh, offline };
}

/** A matcher for one refusal. */
export function refused(code: RepositoryErrorCode, role: string): unknown {
  return expect.objectContaining({ name: 'RepositoryError', code, role });
}

/** Expects a refusal that leaves every stored byte as it was. */
export async function expectUnchanged(
  device: TestDevice,
  files: ReadonlyMap<string, Uint8Array>,
  code: RepositoryErrorCode,
  role: string,
  now = NOW_MS,
): Promise<void> {
  const before = new Map(device.store.entries);
  await expect(device.refresh(files, now)).rejects.toEqual(refused(code, role));
  expect(device.store.entries).toEqual(before);
}
