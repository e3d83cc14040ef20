import type { ImportJob, ImportProgress, NeededChunk } from './import-chunks.ts';
import type { ImportErrorCode } from './import-error.ts';

/** From the page to the import worker. */
export type ImportRequest = { readonly kind: 'import'; readonly job: ImportJob } | { readonly kind: 'cancel' };

/** How an import, or a leg of it, ended. */
export type ImportEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ImportErrorCode; readonly detail: string };

/** From the import worker to the page. */
export type ImportAnswer = { readonly kind: 'progress'; readonly progress: ImportProgress } | ImportEnd;

/** From the import worker to the worker of one leg. */
export type LegRequest =
  | { readonly kind: 'leg'; readonly repositoryUrl: string; readonly chunks: readonly NeededChunk[] }
  | { readonly kind: 'cancel' };

/** From the worker of one leg to the import worker. */
export type LegAnswer = { readonly kind: 'written'; readonly bytes: number } | { readonly kind: 'fetched' } | ImportEnd;
