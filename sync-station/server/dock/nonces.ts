import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 10 * 60_000;
// A device uses one at a time; more than this are left by requests that never came.
const MAX_PER_DEVICE = 8;
const MAX_DEVICES = 10_000;

/** Challenges of this process: a restart forgets them, and the device asks for another. */
export interface Nonces {
  issue(deviceId: string): string;
  /** True once for each issued nonce, for the device it was issued to. */
  use(deviceId: string, nonce: string): boolean;
}

/** Makes an empty set of challenges. */
export function createNonces(now: () => number): Nonces {
  const byDevice = new Map<string, Map<string, number>>();
  return {
    issue: (deviceId) => {
      const nonce = randomBytes(16).toString('hex');
      const own = byDevice.get(deviceId) ?? new Map<string, number>();
      // Moved to the end, so that the device that was silent longest goes first.
      byDevice.delete(deviceId);
      byDevice.set(deviceId, own);
      own.set(nonce, now() + LIFETIME_MS);
      dropOldest(own, MAX_PER_DEVICE);
      dropOldest(byDevice, MAX_DEVICES);
      return nonce;
    },
    use: (deviceId, nonce) => {
      const own = byDevice.get(deviceId);
      const expiresAtMs = own?.get(nonce);
      own?.delete(nonce);
      return expiresAtMs !== undefined && now() < expiresAtMs;
    },
  };
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
