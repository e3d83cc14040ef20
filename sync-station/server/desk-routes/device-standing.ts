import type { DeviceRow, DeviceStanding } from '../../api/security.ts';

const dayMs = 24 * 60 * 60_000;
const dueSoonDays = 7;

/** The most urgent first. */
const order: readonly DeviceStanding[] = [
  'forked',
  'suspended',
  'expired',
  'dueSoon',
  'noLicence',
  'current',
  'revoked',
];

/** Says how a device stands at `nowMs`. A licence ends to the millisecond. */
export function standingOf(
  device: { readonly state: 'ok' | 'suspended' | 'forked' | 'revoked'; readonly licenceExpiresAtMs: number | null },
  nowMs: number,
): { standing: DeviceStanding; daysLeft: number | null } {
  const leftMs = device.licenceExpiresAtMs === null ? null : device.licenceExpiresAtMs - nowMs;
  const daysLeft = leftMs === null ? null : Math.floor(leftMs / dayMs);
  if (device.state !== 'ok') return { standing: device.state, daysLeft };
  if (leftMs === null || daysLeft === null) return { standing: 'noLicence', daysLeft };
  if (leftMs <= 0) return { standing: 'expired', daysLeft };
  return { standing: daysLeft < dueSoonDays ? 'dueSoon' : 'current', daysLeft };
}

/** Sorts devices by urgency: by standing, then by who runs out first. */
export function byUrgency(a: DeviceRow, b: DeviceRow): number {
  const standing = order.indexOf(a.standing) - order.indexOf(b.standing);
  if (standing !== 0) return standing;
  return (a.licenceExpiresAtMs ?? 0) - (b.licenceExpiresAtMs ?? 0);
}
