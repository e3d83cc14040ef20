import { type FSWatcher, watch } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkInput } from '../check/check-course.ts';
import type { Finding } from '../check/finding.ts';
import { wordsOf } from '../cli/commands/check.ts';
import { checkedIdentity } from '../cli/commands/pack.ts';
import { failureOf } from '../cli/exit-codes.ts';
import { randomness } from '../cli/programme-access.ts';
import { packInput } from '../pack/pack-input.ts';
import { type Bundle, openBundle } from '../writer/bundle-reader.ts';
import { changeProgramme, publishBundle } from '../writer/programme/index.ts';
import type { StudioState } from './studio-api.ts';

/** What a tutor decides about the module. */
export interface StudioSettings {
  readonly title?: string | undefined;
  readonly language?: string | undefined;
  readonly courseId?: string | undefined;
  readonly version?: string | undefined;
}

/** One tutor at work on one module: reads, checks and packs it anew whenever the source changes, and publishes it. */
export interface Studio {
  state(): StudioState;
  /** Resolves when the state is newer than `after`, or after `withinMs`. */
  newer(after: number, withinMs: number): Promise<void>;
  /** The bundle that the reader shows. */
  bundle(): Bundle | undefined;
  open(path: string, live: boolean): Promise<void>;
  set(settings: StudioSettings): Promise<void>;
  accept(keys: readonly string[], accepted: boolean): void;
  /** Throws what the programme's own code throws, and refuses while a problem is neither mended nor accepted. */
  publish(wish: { dir: string; courseId: string; tutor: string; passphrase: string }): Promise<void>;
  close(): Promise<void>;
}

const SETTLE_MS = 300;

/** Opens a studio whose work files lie in a folder of its own, removed by `close`. */
export async function openStudio(previewOrigin: string, nowMs: () => number): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'leeslicht-studio-'));
  let state: StudioState = {
    ...{ change: 0, revision: 0, source: null, busy: null, failure: null, findings: [], sizes: [], module: null },
    ...{ published: null, previewOrigin },
  };
  let path = '';
  let settings: StudioSettings = {};
  let bundle: Bundle | undefined;
  let watcher: FSWatcher | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working: Promise<void> = Promise.resolve();
  const accepted = new Set<string>();
  const waiting = new Set<() => void>();

  function change(next: Partial<StudioState>): void {
    state = { ...state, ...next, change: state.change + 1 };
    for (const wake of waiting) wake();
    waiting.clear();
  }

  /** One piece of work after the other; a failure becomes words in the state. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    working = working.then(async () => {
      try {
        await work();
      } catch (error) {
        const { code, file, problem, advice } = failureOf(error, false);
        change({ busy: null, failure: { code, problem, advice, ...(file === undefined ? {} : { file }) } });
      }
    });
    return working;
  }

  function readAgain(): Promise<void> {
    return enqueue(async () => {
      const { title, language, courseId, version } = settings;
      const read = { ...(title ? { title } : {}), ...(language ? { language } : {}) };
      change({ busy: 'reading', failure: null, published: null });
      const { findings, sizes } = await checkInput(path, read);
      change({ busy: 'packing', findings: findings.map(shown), sizes: sizes.map((size) => ({ ...size })) });
      const output = join(folder, `${state.revision + 1}.leesmodule`);
      const wanted = { ...(courseId ? { courseId } : {}), ...(version ? { version } : {}) };
      const { course, identity, packed } = await packInput(
        path,
        output,
        { read, wanted, check: checkedIdentity },
        (work) => work(() => undefined),
      );
      const before = bundle;
      bundle = await openBundle(output);
      before?.close();
      if (before) await rm(before.path, { force: true });
      const { sizeBytes, manifestSha256 } = packed;
      const pages = course.readingOrder.length;
      const module = { title: course.title, language: course.language, ...identity, pages, sizeBytes, manifestSha256 };
      change({ busy: null, module, revision: state.revision + 1 });
    });
  }

  function shown(finding: Finding): StudioState['findings'][number] {
    const key = `${finding.code}\n${finding.file}\n${finding.detail}`;
    return { ...finding, ...wordsOf(finding.code), key, accepted: accepted.has(key) };
  }

  function follow(live: boolean): void {
    watcher?.close();
    watcher = undefined;
    if (!live) return;
    watcher = watch(path, { recursive: true }, () => {
      clearTimeout(timer);
      // An editor writes in several steps: wait until it is quiet.
      timer = setTimeout(() => void readAgain(), SETTLE_MS);
    });
    watcher.on('error', () => change({ source: { name: basename(path), live: false } }));
  }

  return {
    state: () => state,
    bundle: () => bundle,
    newer(after, withinMs) {
      if (state.change > after) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(limit);
          waiting.delete(wake);
          resolve();
        };
        const limit = setTimeout(wake, withinMs);
        waiting.add(wake);
      });
    },
    async open(next, live) {
      await stat(next);
      path = next;
      settings = {};
      accepted.clear();
      follow(live);
      change({ source: { name: basename(next), live }, module: null, findings: [], sizes: [], failure: null });
      await readAgain();
    },
    async set(next) {
      settings = { ...settings, ...next };
      if (state.source) await readAgain();
    },
    accept(keys, isAccepted) {
      for (const key of keys) {
        if (isAccepted) accepted.add(key);
        else accepted.delete(key);
      }
      change({ findings: state.findings.map((one) => ({ ...one, accepted: accepted.has(one.key) })) });
    },
    publish: ({ dir, courseId, tutor, passphrase }) =>
      enqueue(async () => {
        const left = state.findings.filter((one) => one.severity === 'problem' && !one.accepted);
        if (!bundle || left.length > 0) return;
        change({ busy: 'publishing', failure: null });
        const ready = bundle;
        const secret = async (): Promise<string> => passphrase;
        const access = { dir, passphrase: secret, newPassphrase: secret, randomness, nowMs: nowMs() };
        const { path: target } = await changeProgramme(access, (session) =>
          publishBundle(session, ready, courseId, tutor, () => undefined),
        );
        change({ busy: null, published: { path: target, version: ready.manifest.version } });
      }),
    async close() {
      watcher?.close();
      clearTimeout(timer);
      await working;
      bundle?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
