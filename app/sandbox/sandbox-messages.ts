import type { Runtime } from '#core/module/manifest.ts';

/** From the player page to the app, before it has any channel. */
export type PlayerHello = { readonly kind: 'leeslicht-player-ready' };

/** From the app to the player page, once, with two ports: bytes (for the worker) and results. */
export interface OpenDocument {
  readonly kind: 'leeslicht-open';
  /** A random name for this opening: 32 hex digits. */
  readonly session: string;
  readonly href: string;
  readonly parameters: string;
  readonly runtime: Runtime;
  readonly title: string;
  /** What an earlier opening left, as the player wrote it. */
  readonly state: string | undefined;
}

/** From the player page to the app. Written by content as much as by us: judged like any input. */
export type PlayerNews =
  | { readonly kind: 'xapi'; readonly statement: string }
  | { readonly kind: 'scorm'; readonly cmi: string; readonly isTerminated: boolean };

/** From the worker to the app. */
export type WorkerAsk =
  | { readonly kind: 'stat'; readonly id: number; readonly href: string }
  | { readonly kind: 'read'; readonly id: number; readonly href: string; readonly begin: number; readonly end: number }
  | { readonly kind: 'usage'; readonly usageBytes: number };

/** From the app to the worker. */
export type AppAnswer =
  | { readonly kind: 'stat'; readonly id: number; readonly type: string; readonly sizeBytes: number }
  | { readonly kind: 'read'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'none'; readonly id: number }
  | { readonly kind: 'measure' }
  | { readonly kind: 'wipe' };

/** From the player page to the worker. */
export type WorkerOrder =
  /** With the port for bytes: the first one of a session and of a page counts. */
  | { readonly kind: 'open'; readonly session: string; readonly runtime: Runtime }
  /** Keeps the worker running while the page is open. */
  | { readonly kind: 'stay' };

/** How much content may store in the browser (formats/module.md 8.4). */
export const MAX_STORED_BYTES = 32 * 1024 * 1024;
