import type { DeviceDatabase } from '../device/device-database.ts';
import type { OpenKeys } from '../device/device-keys.ts';
import type { MetaStore, PinnedTrust } from '../device/device-meta.ts';
import type { OpenRecords } from '../records/open-records.ts';
import type { SignedDock } from '../transports/dock-client.ts';
import type { Transport } from '../transports/transport.ts';
import type { Trust } from '../trust/trust.ts';
import type { OpenVault } from '../vault/pin-vault.ts';

/** What every step of one sync works with. */
export interface SyncContext {
  readonly database: DeviceDatabase;
  readonly meta: MetaStore;
  readonly keys: OpenKeys;
  readonly pinned: PinnedTrust;
  readonly records: OpenRecords;
  readonly vault: OpenVault;
  readonly transport: Transport;
  readonly dock: SignedDock;
  readonly signal: AbortSignal;
  /** Trusted time, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** What is trusted now; a sync renews it on its way. */
  readonly trust: () => Trust | undefined;
}

/** Why a sync, or one part of it, did not succeed. */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly code: string;

  constructor(options: { code: string; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}

/** The closed code that an error of any part carries; `UNEXPECTED` for an error without one. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'UNEXPECTED';
}
