import type { Damage, Language } from '../platform/platform.ts';

/** From the page to the service worker. */
export type WorkerRequest =
  /** Reading is allowed for a short while: these modules were verified from the root in this session. */
  | { readonly kind: 'grant'; readonly keys: readonly string[]; readonly language: Language }
  /** Reading is not allowed. */
  | { readonly kind: 'close' }
  /** Workbox's own word for: take over now. */
  | { readonly type: 'SKIP_WAITING' };

/** From the service worker to its pages. */
export type WorkerNews = { readonly kind: 'damaged' } & Damage;

/** How long a grant lasts by the service worker's own clock; the page renews it well before. */
export const GRANT_MS = 60_000;
