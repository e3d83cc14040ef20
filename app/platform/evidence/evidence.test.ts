import { expect, test } from 'vitest';
import type { DeviceMeta } from '../device/device-database.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { type Noticed, noticesOf, withNotice } from './notices.ts';
import { LONG_AHEAD_MS, type Seen, signsOf } from './signs.ts';

const well: Seen = {
  verdict: { kind: 'current', daysLeft: 20, expiresAtMs: 1 },
  ...{ clockMemory: 'kept', isClockBehind: false, clockAheadMs: 0 },
  ...{ hasLicenceKeys: true, isMoved: false, isForked: false },
};

test('a device that is well notices nothing, also after weeks in a drawer', () => {
  expect(signsOf({ ...well, clockAheadMs: LONG_AHEAD_MS })).toEqual([]);
});

test.each<[string, Partial<Seen>, string[]]>([
  ['a clock that was turned back', { isClockBehind: true }, ['clock-back']],
  ['a clock in 2099', { clockAheadMs: 70 * 365 * 86_400_000 }, ['clock-jump']],
  ['a record of time that was changed', { clockMemory: 'edited', isClockBehind: true }, ['clock-edited']],
  ['no record of time at all', { clockMemory: 'lost', isClockBehind: true }, ['clock-lost']],
  ['a licence that was changed', { verdict: { kind: 'badSignature' } }, ['licence-edited']],
  ['a licence that is damaged', { verdict: { kind: 'unreadable' } }, ['licence-edited']],
  ['a licence that is gone', { verdict: { kind: 'noLicence' } }, ['licence-edited']],
  ['the licence of another device', { verdict: { kind: 'wrongDevice' } }, ['licence-foreign']],
  ['a second copy', { isForked: true }, ['copied']],
])('%s is noticed', (_what, change, codes) => {
  expect(signsOf({ ...well, ...change })).toEqual(codes);
});

test('what cannot be judged is not held against anybody: no keys yet, or a licence of the site before', () => {
  const verdict = { kind: 'badSignature' } as const;
  expect(signsOf({ ...well, verdict, hasLicenceKeys: false })).toEqual([]);
  expect(signsOf({ ...well, verdict, isMoved: true })).toEqual([]);
});

test('the same again is one thing that happened once more, and is told again', () => {
  const first = withNotice([], { code: 'clock-back', detail: '', atMs: 1 });
  const told = first.map((one) => ({ ...one, isReported: true }));
  expect(withNotice(told, { code: 'clock-back', detail: '', atMs: 5 })).toEqual([
    { code: 'clock-back', detail: '', atMs: 5, times: 2, isReported: false },
  ]);
});

test('the list stays short, and the oldest go', () => {
  let kept: readonly Noticed[] = [];
  for (let n = 0; n < 60; n += 1) kept = withNotice(kept, { code: 'chunk-corrupt', detail: String(n), atMs: n });
  expect([kept.length, kept[0]?.detail, kept.at(-1)?.detail]).toEqual([50, '10', '59']);
});

test('one start of the app counts a thing once, and loses none of several at the same moment', async () => {
  let noticed: DeviceMeta['noticed'] | undefined;
  const meta: MetaStore = {
    read: async () => undefined,
    write: async (changes) => {
      noticed = [...(noticed ?? []), ...(changes.noticed ?? [])];
    },
  };
  const notices = noticesOf(meta);
  for (let second = 0; second < 3; second += 1) {
    notices.note('clock-back', '', second);
    notices.note('copied', '', second);
  }
  await expect.poll(() => noticed?.length).toBe(2);
  expect(noticed?.map(({ code, times }) => [code, times])).toEqual([
    ['clock-back', 1],
    ['copied', 1],
  ]);
});
