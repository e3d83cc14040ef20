import { listRevocationRequests } from '../../store/devices.ts';
import type { StationContext } from '../context.ts';

/** A revocation asked for at this desk, and the command that publishes it. */
export interface Revocation {
  readonly deviceId: string;
  readonly requestedAtMs: number;
  /** The authorities' own status list carries it: from now on every station and device knows. */
  readonly published: boolean;
  readonly command: string;
}

/** Quotes a text for a POSIX shell; nothing in it can end the quotes. */
export function shellQuote(text: string): string {
  const oneLine = text.replace(/\p{Cc}+/gu, ' ');
  return `'${oneLine.replaceAll("'", `'\\''`)}'`;
}

/** The revocations, newest first. What to run goes to the holder of the status key; a station holds no such key. */
export async function revocationsOf(context: StationContext): Promise<Revocation[]> {
  const published = new Set(context.mirror.status()?.revokedDevices.map((one) => one.deviceId) ?? []);
  return (await listRevocationRequests(context.db)).map((request) => ({
    deviceId: request.deviceId,
    requestedAtMs: request.requestedAtMs,
    published: published.has(request.deviceId),
    command: `leeslicht programme revoke DIR --device ${request.deviceId} --reason ${shellQuote(request.reason)}`,
  }));
}
