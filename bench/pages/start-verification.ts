import { detectEd25519 } from '#core/crypto/ed25519.ts';
import { openCached } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { rememberingParsers } from '#core/repository/parsers.ts';

/** The chains of a device, as `bench/trust.ts` hands them over. */
export interface StoredChains {
  readonly nowMs: number;
  /** Base64, as all bytes here. */
  readonly trustedRoot: string;
  readonly modules: readonly { readonly path: string; readonly chain: readonly (readonly [string, string])[] }[];
}

declare global {
  /** Proves every module once, in a page that has done nothing before; answers how many milliseconds it took. */
  var proveOnce: ((stored: StoredChains) => Promise<number>) | undefined;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

globalThis.proveOnce = async (stored) => {
  const trustedRoot = bytesOf(stored.trustedRoot);
  const modules = stored.modules.map(({ path, chain }) => ({
    path,
    chain: new Map(chain.map(([name, bytes]): [string, Uint8Array] => [name, bytesOf(bytes)])),
  }));
  // The engine's cryptography is chosen by then: the licence is checked before any module.
  await detectEd25519();
  const begin = performance.now();
  const parsers = rememberingParsers();
  const prove = async ({ path, chain }: (typeof modules)[number]): Promise<void> => {
    const options = { store: createMemoryStore(chain), now: stored.nowMs, trustedRoot, ignoreExpiry: true, parsers };
    if (!(await (await openCached(options)).findTarget(path))) throw new Error(`${path} is not proved`);
  };
  await Promise.all(modules.map(prove));
  return performance.now() - begin;
};
