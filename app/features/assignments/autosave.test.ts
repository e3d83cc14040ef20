import { afterEach, expect, test, vi } from 'vitest';
import { createAutosave } from './autosave.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('says saved only after the save is durable, and saves the newest text last', async () => {
  const saved: string[] = [];
  let release = () => {};
  const autosave = createAutosave({
    save: async (text) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      saved.push(text);
    },
    now: () => 42,
    delayMs: 10_000,
  });
  autosave.change('a');
  expect(autosave.state.value.kind).toBe('waiting');
  const flushed = autosave.flush();
  expect(autosave.state.value.kind).toBe('saving');
  autosave.change('ab');
  autosave.change('abc');
  release();
  await Promise.resolve();
  await Promise.resolve();
  expect(autosave.state.value.kind).toBe('saving');
  release();
  await flushed;
  expect(saved).toEqual(['a', 'abc']);
  expect(autosave.state.value).toEqual({ kind: 'saved', atMs: 42 });
});

test('a failed save says so, keeps the text, and the next try saves it', async () => {
  let broken = true;
  const saved: string[] = [];
  const autosave = createAutosave({
    save: async (text) => {
      if (broken) throw new Error('disk full');
      saved.push(text);
    },
    now: () => 1,
    delayMs: 10_000,
  });
  autosave.change('work');
  await autosave.flush();
  expect(autosave.state.value.kind).toBe('failed');
  broken = false;
  await autosave.flush();
  expect(saved).toEqual(['work']);
  expect(autosave.state.value.kind).toBe('saved');
});

test('somebody who types on without a pause is never more than the delay behind', async () => {
  vi.useFakeTimers();
  const saved: string[] = [];
  const autosave = createAutosave({
    save: async (text) => {
      saved.push(text);
    },
    now: () => 1,
    delayMs: 250,
  });
  for (let typed = 1; typed <= 100; typed += 1) {
    autosave.change('x'.repeat(typed));
    await vi.advanceTimersByTimeAsync(50);
    const missing = typed - (saved.at(-1)?.length ?? 0);
    expect(missing).toBeLessThanOrEqual(5);
  }
});
