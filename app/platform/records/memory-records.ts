import { type ReadonlySignal, signal } from '@preact/signals';
import type { RecordStore, Records } from './records.ts';
import { RecordsError } from './records-error.ts';

/** A record store in memory: the same promises as the real one, without a disk. */
export function memoryStore<T extends { readonly id: string }>(first: readonly T[] = []): RecordStore<T> {
  const all = signal(first);
  return {
    live: (filter = () => true): ReadonlySignal<readonly T[] | undefined> => {
      const shown = signal<readonly T[]>([]);
      all.subscribe((records) => {
        shown.value = records.filter(filter);
      });
      return shown;
    },
    get: async (id) => all.value.find((record) => record.id === id),
    all: async () => all.value,
    put: async (record) => {
      all.value = [record, ...all.value.filter(({ id }) => id !== record.id)];
    },
    delete: async (id) => {
      all.value = all.value.filter((record) => record.id !== id);
    },
  };
}

/** Records for looking at a module before it is published: kept until the page is closed, and nothing is handed in. */
export function memoryRecords(): Records {
  const drafts = memoryStore<{ readonly id: string; readonly text: string; readonly updatedAtMs: number }>();
  const attempts: Records['attempts'] = memoryStore();
  const notHere = async (): Promise<never> => {
    throw new RecordsError({ code: 'NOT_ALLOWED' });
  };
  return {
    drafts: { ...drafts, save: (id, text) => drafts.put({ id, text, updatedAtMs: Date.now() }) },
    notes: memoryStore(),
    progress: memoryStore(),
    submissions: memoryStore(),
    feedback: memoryStore(),
    messages: memoryStore(),
    reflections: memoryStore(),
    pace: memoryStore(),
    attempts,
    async startAttempt(quiz) {
      const nowMs = Date.now();
      const number = (await attempts.all()).length + 1;
      const id = number.toString(16).padStart(32, '0');
      const attempt = { ...quiz, id, number, startedAtMs: nowMs, updatedAtMs: nowMs, answers: {}, checked: [] };
      await attempts.put(attempt);
      return attempt;
    },
    async finishAttempt(attempt, result) {
      const nowMs = Date.now();
      const over = {
        ...attempt,
        finishedAtMs: nowMs,
        updatedAtMs: nowMs,
        score: result.score,
        maxScore: result.maxScore,
      };
      await attempts.put(over);
      return over;
    },
    submitDraft: notHere,
    submitSheet: notHere,
    sendMessage: notHere,
    file: async () => undefined,
  };
}
