import { expect, test } from 'vitest';
import { placeBackup } from './seal-parcels.ts';
import { PARCEL_ROOM_BYTES } from './up-items.ts';

const load = (sizeBytes: number) => ({ items: [], attachments: new Map(), sizeBytes });
const mib = 1024 * 1024;

test('puts the backup where there is room for it, once', () => {
  const backup = new Uint8Array(2 * mib);
  const placed = placeBackup([load(PARCEL_ROOM_BYTES), load(3 * mib)], backup);
  expect(placed.map((part) => part.backup?.length)).toEqual([undefined, 2 * mib]);
});

test('gives a backup that fits nowhere a parcel of its own, so that no parcel is ever too large', () => {
  const placed = placeBackup([load(14 * mib)], new Uint8Array(2 * mib));
  expect(placed.map((part) => [part.sizeBytes, part.backup?.length])).toEqual([
    [14 * mib, undefined],
    [0, 2 * mib],
  ]);
  expect(placeBackup([], new Uint8Array(1))).toHaveLength(1);
  expect(placeBackup([], undefined)).toEqual([]);
});
