import { expect, test } from 'vitest';
import {
  type DeviceVersions,
  encodeFloors,
  type Floors,
  judgeFloors,
  NO_FLOORS,
  parseFloors,
  raiseFloors,
} from './floors.ts';

const DEVICE = 'ab'.repeat(16);
const floors: Floors = { app: '1.10.0', metadata: { root: 3, snapshot: 40 }, licences: new Map([[DEVICE, 5]]) };
const held: DeviceVersions = { app: '1.10.0', metadata: { root: 3, snapshot: 40 } };

test('are read as they were written, and a file that sets none closes nothing', () => {
  expect(parseFloors(encodeFloors(floors))).toEqual(floors);
  expect(parseFloors(encodeFloors(NO_FLOORS))).toEqual(NO_FLOORS);
  expect(judgeFloors(NO_FLOORS, { app: '0.0.0', metadata: { root: 1, snapshot: 1 } }, licence(1))).toBeUndefined();
});

const licence = (serial: number) => ({ deviceId: DEVICE, serial });

test('name what is too old: first the app, then the lists, then the licence', () => {
  expect(judgeFloors(floors, held, licence(5))).toBeUndefined();
  expect(judgeFloors(floors, held, licence(4))).toBe('licence');
  expect(judgeFloors(floors, { ...held, metadata: { root: 3, snapshot: 39 } }, licence(4))).toBe('lists');
  expect(judgeFloors(floors, { app: '1.9.9', metadata: { root: 1, snapshot: 1 } }, licence(4))).toBe('app');
  expect(judgeFloors(floors, held, { deviceId: 'cd'.repeat(16), serial: 1 })).toBeUndefined();
});

test('count snapshots only under their own root: a later root may begin them anew', () => {
  expect(judgeFloors(floors, { ...held, metadata: { root: 2, snapshot: 900 } }, licence(5))).toBe('lists');
  expect(judgeFloors(floors, { ...held, metadata: { root: 4, snapshot: 1 } }, licence(5))).toBeUndefined();
  const next = raiseFloors(floors, { ...NO_FLOORS, metadata: { root: 4, snapshot: 1 } });
  expect(next.metadata).toEqual({ root: 4, snapshot: 1 });
});

test('only rise, each by itself and in whatever order they come', () => {
  const other = {
    app: '1.2.0',
    metadata: { root: 5, snapshot: 2 },
    licences: new Map([
      [DEVICE, 2],
      ['cd'.repeat(16), 9],
    ]),
  };
  const raised = {
    app: '1.10.0',
    metadata: { root: 5, snapshot: 2 },
    licences: new Map([
      [DEVICE, 5],
      ['cd'.repeat(16), 9],
    ]),
  };
  expect(raiseFloors(floors, other)).toEqual(raised);
  expect(raiseFloors(other, floors)).toEqual(raised);
  expect(raiseFloors(raised, NO_FLOORS)).toEqual(raised);
});
