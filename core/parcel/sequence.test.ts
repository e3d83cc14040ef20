import { expect, it } from 'vitest';
import { judgeSequence } from './sequence.ts';

const head = { epoch: 2, sequence: 5, parcelId: 'five' };
const parcel = { deviceEpoch: 2, sequence: 6, previous: 'five' };

it('takes the parcel that follows, and the first one of a device', () => {
  expect(judgeSequence(head, parcel)).toEqual({ kind: 'next' });
  expect(judgeSequence(null, { deviceEpoch: 1, sequence: 1, previous: null })).toEqual({ kind: 'next' });
});

it('begins again at 1 in a new epoch', () => {
  expect(judgeSequence(head, { deviceEpoch: 3, sequence: 1, previous: null })).toEqual({ kind: 'next' });
  expect(judgeSequence(head, { deviceEpoch: 3, sequence: 3, previous: 'x' })).toEqual({ kind: 'gap', missing: [1, 2] });
});

it('knows the head when it comes again', () => {
  expect(judgeSequence(head, { ...parcel, sequence: 5, previous: 'four', id: 'five' })).toEqual({ kind: 'duplicate' });
});

it('lists what is missing, and at most a thousand of it', () => {
  expect(judgeSequence(head, { ...parcel, sequence: 9 })).toEqual({ kind: 'gap', missing: [6, 7, 8] });
  const far = judgeSequence(head, { ...parcel, sequence: 1e15 });
  expect(far.kind === 'gap' ? far.missing.length : 0).toBe(1000);
});

it('sees a fork in another parcel at a taken place, an ended epoch, or another parcel before it', () => {
  expect(judgeSequence(head, { ...parcel, sequence: 5, id: 'other' })).toEqual({ kind: 'fork' });
  expect(judgeSequence(head, { ...parcel, sequence: 3 })).toEqual({ kind: 'fork' });
  expect(judgeSequence(head, { ...parcel, deviceEpoch: 1 })).toEqual({ kind: 'fork' });
  expect(judgeSequence(head, { ...parcel, previous: 'other' })).toEqual({ kind: 'fork' });
  expect(judgeSequence(null, { deviceEpoch: 1, sequence: 1, previous: 'x' })).toEqual({ kind: 'fork' });
});
