import { expect, test } from 'vitest';
import { DAY_MS } from '#core/licence/licence.ts';
import type { DeviceRow } from '../../api/security.ts';
import { byUrgency, standingOf } from './device-standing.ts';

const nowMs = 1_800_000_000_000;
const ok = (leftMs: number) =>
  standingOf({ state: 'ok', heldUntilMs: null, wipedAtMs: null, licenceExpiresAtMs: nowMs + leftMs }, nowMs);

test('counts the days that are left as the device does: rounded up', () => {
  expect(ok(30 * DAY_MS)).toEqual({ standing: 'current', daysLeft: 30 });
  expect(ok(30 * DAY_MS - 1)).toEqual({ standing: 'current', daysLeft: 30 });
  expect(ok(7 * DAY_MS)).toEqual({ standing: 'dueSoon', daysLeft: 7 });
  expect(ok(1)).toEqual({ standing: 'dueSoon', daysLeft: 1 });
});

test('a licence is over to the millisecond; it ended today first, and then whole days ago', () => {
  expect(ok(0)).toEqual({ standing: 'expired', daysLeft: 0 });
  expect(ok(1 - DAY_MS)).toEqual({ standing: 'expired', daysLeft: 0 });
  expect(ok(-2.5 * DAY_MS)).toEqual({ standing: 'expired', daysLeft: -2 });
});

test('what staff or a copy did to a device goes before its days', () => {
  expect(
    standingOf({ state: 'forked', heldUntilMs: null, wipedAtMs: null, licenceExpiresAtMs: nowMs - DAY_MS }, nowMs)
      .standing,
  ).toBe('forked');
  expect(standingOf({ state: 'ok', heldUntilMs: null, wipedAtMs: null, licenceExpiresAtMs: null }, nowMs)).toEqual({
    standing: 'noLicence',
    daysLeft: null,
  });
});

test('puts copied devices first, then those that noticed something, and revoked ones last', () => {
  const row = (id: string, standing: DeviceRow['standing'], looks: DeviceRow['looks'] = []): DeviceRow => ({
    id,
    learner: { id: 'l', displayName: null },
    standing,
    daysLeft: 3,
    licenceExpiresAtMs: nowMs,
    lastSeenAtMs: null,
    looks,
    writing: false,
    keyLevel: 'wrapped',
  });
  const looks = [{ id: 1, code: 'chunk-corrupt', detail: '', atMs: nowMs }];
  const rows = [
    row('fine', 'current'),
    row('gone', 'revoked', looks),
    row('touched', 'current', looks),
    row('late', 'expired'),
    row('copied', 'forked'),
  ];
  expect(rows.sort(byUrgency).map(({ id }) => id)).toEqual(['copied', 'touched', 'late', 'fine', 'gone']);
});
