import type { ModuleFile } from '#core/module/manifest.ts';
import { randomId } from '../../platform/device/random.ts';
import { ModulesError } from '../../platform/modules/modules-error.ts';
import {
  type AppAnswer,
  MAX_STORED_BYTES,
  type OpenDocument,
  type PlayerNews,
  type WorkerAsk,
} from '../../sandbox/sandbox-messages.ts';

const MEASURE_MS = 500;
/** A worker that says nothing for so long is gone, and with it the only measure of what content stores. */
const SILENCE_MS = 10_000;
const START_MS = 30_000;
const WIPE_MS = 3_000;

/** Why an opening ended by itself. */
export type Stop = 'full' | 'silent';

/** What the sandbox needs from the app. */
export interface HostOptions {
  readonly origin: string;
  readonly document: Omit<OpenDocument, 'kind' | 'session'>;
  readonly files: readonly ModuleFile[];
  /** Verified bytes (formats/module.md 4.1). */
  readonly read: (href: string, begin: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
  readonly onNews: (news: PlayerNews) => void;
  readonly onStop: (why: Stop) => void;
}

/**
 * The app's side of one opening: answers for bytes, hears results, and watches what content stores. Returns the end of
 * it; call it when the frame is gone.
 */
export function hostSandbox(frame: HTMLIFrameElement, options: HostOptions): () => void {
  const bytes = new MessageChannel();
  const results = new MessageChannel();
  const files = new Map(options.files.map((file) => [file.href, file]));
  let isOpened = false;
  let heardAtMs = performance.now();

  const onMessage = ({ source, origin, data }: MessageEvent): void => {
    if (source !== frame.contentWindow || origin !== options.origin) return;
    if (data?.kind !== 'leeslicht-player-ready') return;
    // A second page in the frame means that content has led the player away: it gets no second channel.
    if (isOpened) {
      options.onStop('silent');
      return;
    }
    isOpened = true;
    heardAtMs = performance.now();
    const open: OpenDocument = { kind: 'leeslicht-open', session: randomId(), ...options.document };
    frame.contentWindow?.postMessage(open, options.origin, [bytes.port2, results.port2]);
  };
  const tell = (answer: AppAnswer): void => bytes.port1.postMessage(answer);
  const answer = async (ask: Exclude<WorkerAsk, { kind: 'usage' }>): Promise<void> => {
    const file = files.get(ask.href);
    if (file === undefined) return tell({ kind: 'none', id: ask.id });
    if (ask.kind === 'stat') return tell({ kind: 'stat', id: ask.id, type: file.type, sizeBytes: file.sizeBytes });
    try {
      tell({ kind: 'read', id: ask.id, bytes: await options.read(ask.href, ask.begin, ask.end) });
    } catch (cause) {
      if (!(cause instanceof ModulesError)) throw cause;
      tell({ kind: 'none', id: ask.id });
    }
  };
  bytes.port1.onmessage = ({ data }: MessageEvent<WorkerAsk>) => {
    heardAtMs = performance.now();
    if (data.kind !== 'usage') void answer(data);
    // formats/module.md 8.4: above its share the opening ends
    else if (data.usageBytes > MAX_STORED_BYTES) options.onStop('full');
  };
  results.port1.onmessage = ({ data }: MessageEvent<PlayerNews>) => options.onNews(data);

  const watch = setInterval(() => {
    if (performance.now() - heardAtMs > (isOpened ? SILENCE_MS : START_MS)) options.onStop('silent');
    else if (isOpened) tell({ kind: 'measure' });
  }, MEASURE_MS);
  addEventListener('message', onMessage);
  return () => {
    clearInterval(watch);
    removeEventListener('message', onMessage);
    results.port1.close();
    if (isOpened) tell({ kind: 'wipe' });
    // The worker runs on for a moment after its last page.
    setTimeout(() => bytes.port1.close(), WIPE_MS);
  };
}
