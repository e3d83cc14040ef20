import type { DeviceRow, DeviceStanding } from '../api/security.ts';

/** What an officer may ask to see: all, the devices of one standing, or those that need a look. */
export type DeviceFilter = 'all' | 'look' | DeviceStanding;

/** Every filter, in the order of the overview: a look stands beside copies, as both ask for the laptop itself. */
export const deviceFilters: readonly DeviceFilter[] = [
  'all',
  'current',
  'dueSoon',
  'expired',
  'forked',
  'look',
  'suspended',
  'revoked',
  'wiped',
  'noLicence',
];

/** Whether a device belongs to what was asked for. */
export function fitsFilter(row: DeviceRow, filter: DeviceFilter): boolean {
  if (filter === 'all') return true;
  return filter === 'look' ? row.looks.length > 0 : row.standing === filter;
}

const plain = (text: string): string => text.replace(/[\s-]/g, '').toLowerCase();

/** Whether a device is the one that is looked for: by its learner, or by its number with or without spaces. */
export function fitsSearch(learner: string, id: string, search: string): boolean {
  return plain(learner).includes(plain(search)) || plain(id).includes(plain(search));
}
