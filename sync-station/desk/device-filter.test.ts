import { expect, test } from 'vitest';
import type { DeviceRow } from '../api/security.ts';
import { deviceFilters, fitsFilter, fitsSearch } from './device-filter.ts';

const row: DeviceRow = {
  id: 'fb78d9802a9f',
  learner: { id: 'l', displayName: 'Robin' },
  standing: 'current',
  daysLeft: 30,
  licenceExpiresAtMs: 1,
  lastSeenAtMs: null,
  looks: [{ id: 1, code: 'chunk-corrupt', detail: '', atMs: 1 }],
  writing: true,
  keyLevel: 'wrapped',
};

test('finds a laptop by the number on its sticker, as it is written there, and by its learner', () => {
  for (const search of ['', 'fb78 d980', 'FB78D9', 'fb78-d980', 'rob'])
    expect(fitsSearch('Robin', row.id, search), search).toBe(true);
  expect(fitsSearch('Robin', row.id, 'fb79')).toBe(false);
});

test('a device that is current and noticed something is in both lists', () => {
  expect(deviceFilters.filter((filter) => fitsFilter(row, filter))).toEqual(['all', 'current', 'look']);
});
