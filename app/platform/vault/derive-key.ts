import { utf8 } from '#core/bytes/bytes.ts';
import { type Argon2Cost, DEFAULT_ARGON2_COST, MIN_MEMORY_KIB } from '#core/crypto/argon2.ts';
import type { DerivationAnswer, DerivationRequest } from '../../worker/key-derivation-worker.ts';
import { VaultError } from './vault-error.ts';

/** What one derivation gave and what it cost. */
export interface DerivedKey {
  readonly key: Uint8Array<ArrayBuffer>;
  readonly tookMs: number;
}

/** Turns a PIN into a key, slowly. */
export type DeriveKey = (pin: string, salt: Uint8Array<ArrayBuffer>, cost: Argon2Cost) => Promise<DerivedKey>;

/** Argon2id in a worker of its own, so that the page stays alive. The worker's memory goes with it. */
export const deriveInWorker: DeriveKey = (pin, salt, cost) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../worker/key-derivation-worker.ts', import.meta.url), { type: 'module' });
    const fail = (cause: unknown): void => {
      worker.terminate();
      reject(new VaultError({ code: 'DERIVATION', cause }));
    };
    worker.onmessage = ({ data }: MessageEvent<DerivationAnswer>) => {
      if (data.kind === 'failed') return fail(data.detail);
      worker.terminate();
      resolve({ key: data.key, tookMs: data.tookMs });
    };
    worker.onerror = (event) => fail(event.message);
    const request: DerivationRequest = { secret: utf8(pin.normalize('NFKC')), salt, cost };
    worker.postMessage(request);
  });

const SLOWEST_MS = 1000;
const WANTED_MS = 500;
const MOST_PASSES = 10;

/**
 * The cost for this machine: 64 MiB and three passes, more passes where that takes under half a second, fewer and at
 * last 46 MiB and one pass where it takes over a second.
 */
export function calibratedCost(tookMs: number): Argon2Cost {
  const { memoryKiB, passes } = DEFAULT_ARGON2_COST;
  const passMs = tookMs / passes;
  if (tookMs > SLOWEST_MS) {
    const affordable = Math.floor(SLOWEST_MS / passMs);
    return affordable >= 1 ? { memoryKiB, passes: affordable } : { memoryKiB: MIN_MEMORY_KIB, passes: 1 };
  }
  return { memoryKiB, passes: Math.min(MOST_PASSES, Math.max(passes, Math.ceil(WANTED_MS / passMs))) };
}
