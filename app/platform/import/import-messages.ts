import type { NeededChunk } from './import-chunks.ts';
import type { ImportErrorCode } from './import-error.ts';

/** From whoever started a worker: its one job, and perhaps the word to stop. */
export type WorkerRequest<Job> = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'cancel' };

/** From a worker: news while it works, and how it ended. */
export type WorkerAnswer<News> =
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly code: ImportErrorCode; readonly detail: string };

/** What the worker of one leg is to bring. */
export interface LegJob {
  readonly repositoryUrl: string;
  readonly chunks: readonly NeededChunk[];
}

/** What the worker of one leg tells: more bytes are on disk, or its last chunk has arrived. */
export type LegNews = { readonly kind: 'written'; readonly bytes: number } | { readonly kind: 'fetched' };
