import { expect, test } from 'vitest';
import { createAutosave } from './autosave.ts';

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
    pauseMs: 10_000,
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
    pauseMs: 10_000,
  });
  autosave.change('work');
  await autosave.flush();
  expect(autosave.state.value.kind).toBe('failed');
  broken = false;
  await autosave.flush();
  expect(saved).toEqual(['work']);
  expect(autosave.state.value.kind).toBe('saved');
});
