/** A receipt of the station, signature checked. `backedUp` means: in a restore-tested copy on another medium too. */
export interface ReceiptSummary {
  readonly parcelId: string;
  readonly step: 'stored' | 'backedUp';
  readonly receivedAtMs: number;
}

/** What a sync did to one module. `code` says why it was refused. */
export interface ModuleChange {
  readonly title: string;
  readonly change: 'new' | 'updated' | 'repaired' | 'refused' | 'withdrawn';
  readonly code?: string;
}

/** What one sync did, for the screen that says so. */
export interface SyncReport {
  readonly parcelsUp: number;
  readonly receipts: readonly ReceiptSummary[];
  readonly itemsDown: number;
  readonly modules: readonly ModuleChange[];
  /** The new date, if the licence was renewed. */
  readonly newExpiresAtMs?: number;
  /** Codes of what did not work; the rest did. */
  readonly problems: readonly string[];
}

/** The parts of a sync, in their order. */
export type SyncStep = 'time' | 'metadata' | 'up' | 'down' | 'licence' | 'modules';

/** What the sync is doing now. The last event is `done`, `wiping` or `failed`; after `failed` everything unsent is still here. */
export type SyncEvent =
  | {
      readonly step: SyncStep;
      readonly done?: number;
      readonly total?: number;
      readonly detail?: string;
      /** This part met a problem; the sync goes on. */
      readonly code?: string;
    }
  /** An officer has ordered it, and everything is safe at the station: the page loads again, and the device is wiped. */
  | { readonly step: 'wiping' }
  | { readonly step: 'done'; readonly report: SyncReport }
  | { readonly step: 'failed'; readonly code: string; readonly detail?: string };

/** Meets the station. */
export interface Sync {
  /**
   * One sync with the station. Only one runs at a time over all tabs: a second one ends with `failed`, `BUSY`.
   * Needs an open vault. Aborting stops after the current step; the next sync goes on where this one stopped.
   */
  run(signal?: AbortSignal): AsyncIterable<SyncEvent>;
}
