import { expect, test, vi } from 'vitest';
import { type Command, proveParcels, runHistory } from './parcel-model.ts';

test('the same holds with age itself, and the digests of the browser', async () => {
  await proveParcels(100);
});

const write: Command = { kind: 'write', on: 'true' };
const clone: Command = { kind: 'clone' };
const teach: Command = { kind: 'teach' };
const sync = (on: 'true' | 'copy'): Command => ({ kind: 'sync', on, fault: undefined });
const late: Command = { kind: 'late', which: 0 };
const resolve = (to: 'true' | 'next'): Command => ({ kind: 'resolve', to });

/** What fast-check has found, so that it is not left to chance again. */
const found: readonly (readonly [string, readonly Command[]])[] = [
  ['two copies, one after the other', [write, clone, sync('copy'), clone, sync('copy'), late, teach]],
  ['a decision between two copies', [write, clone, sync('copy'), clone, sync('copy'), write, write, resolve('true')]],
  [
    'a restore between two copies that read',
    [teach, { kind: 'backUp' }, clone, sync('true'), { kind: 'restore', back: 0 }, sync('copy'), teach, late, write],
  ],
  [
    'an enrolment that a restore has forgotten',
    [
      { kind: 'backUp' },
      { kind: 'enrolAnew' },
      { kind: 'sync', on: 'true', fault: { kind: 'lost', at: 2 } },
      late,
      write,
      { kind: 'restore', back: 0 },
    ],
  ],
  ['a decision without a branch', [teach, clone, sync('copy'), write, sync('true'), resolve('next'), write]],
];

test.each(found)('comes to rest after %s', async (_, history) => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({}) } });
  expect(await runHistory(history)).toBeUndefined();
});
