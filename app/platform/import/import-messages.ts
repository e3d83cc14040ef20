import type { ImportJob, ImportProgress } from './import-chunks.ts';
import type { ImportErrorCode } from './import-error.ts';

/** From the page to the import worker. */
export type ImportRequest = { readonly kind: 'import'; readonly job: ImportJob } | { readonly kind: 'cancel' };

/** From the import worker to the page. */
export type ImportAnswer =
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ImportErrorCode; readonly detail: string };
