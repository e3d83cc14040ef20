import type { StationContext } from '../context.ts';

/** Whether the authorities' status list revokes this device. */
export function isRevoked(context: StationContext, deviceId: string): boolean {
  return context.mirror.status()?.revokedDevices.some((entry) => entry.deviceId === deviceId) ?? false;
}
