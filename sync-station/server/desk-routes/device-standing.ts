import { DAY_MS } from '#core/licence/licence.ts';
import { DUE_SOON_DAYS } from '#core/licence/verdict.ts';
import { type DeviceRow, type DeviceStanding, deviceStanding } from '../../api/security.ts';
import { isHoldOver } from '../../store/devices.ts';

/** Says how a device stands at `nowMs`. A licence ends to the millisecond. */
export function standingOf(
  device: {
    readonly state: 'ok' | 'suspended' | 'forked' | 'revoked';
    readonly heldUntilMs: number | null;
    readonly wipedAtMs: number | null;
    readonly licenceExpiresAtMs: number | null;
  },
  nowMs: number,
): { standing: DeviceStanding; daysLeft: number | null } {
  const leftMs = device.licenceExpiresAtMs === null ? null : device.licenceExpiresAtMs - nowMs;
  const daysLeft = leftMs === null ? null : countDays(leftMs);
  if (device.wipedAtMs !== null) return { standing: 'wiped', daysLeft };
  if (device.state !== 'ok' && !isHoldOver(device, nowMs)) return { standing: device.state, daysLeft };
  if (leftMs === null || daysLeft === null) return { standing: 'noLicence', daysLeft };
  if (leftMs <= 0) return { standing: 'expired', daysLeft };
  return { standing: daysLeft <= DUE_SOON_DAYS ? 'dueSoon' : 'current', daysLeft };
}

/**
 * As the laptop's own chip counts (core/licence/verdict.ts): a day that has begun is a day. After the end 0 for the
 * first 24 hours, then -1, …: whole days since. Adding nought turns -0 into 0.
 */
function countDays(leftMs: number): number {
  return Math.ceil(leftMs / DAY_MS) + 0;
}

// What needs an eye first: what a device noticed goes with what is copied.
const rank = (row: DeviceRow): number =>
  row.looks.length > 0 && row.standing !== 'revoked' && row.standing !== 'wiped'
    ? 0.5
    : deviceStanding.options.indexOf(row.standing);

/** Sorts devices by urgency: by standing, then by who runs out first. */
export function byUrgency(a: DeviceRow, b: DeviceRow): number {
  const standing = rank(a) - rank(b);
  if (standing !== 0) return standing;
  return (a.licenceExpiresAtMs ?? 0) - (b.licenceExpiresAtMs ?? 0);
}
