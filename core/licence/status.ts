import type { Bytes } from '#core/bytes/bytes.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { formatInstant } from '#core/json/instant.ts';
import { array, integer, isoInstantMs, nullable, object, string } from '#core/json/shape.ts';
import { id128 } from './identifiers.ts';
import { readDocument } from './read-document.ts';

/** A device whose licence no longer counts. */
export interface RevokedDevice {
  readonly deviceId: string;
  readonly reason: string;
  readonly revokedAtMs: number;
}

/** A device that may not read for a while. */
export interface SuspendedDevice {
  readonly deviceId: string;
  readonly reason: string;
  readonly suspendedAtMs: number;
  /** Null: until taken off the list. */
  readonly untilMs: number | null;
}

/** A module that is taken back, in one version or, with null, in all. */
export interface WithdrawnModule {
  readonly path: string;
  readonly version: string | null;
  readonly reason: string;
}

/** The list that the `status` role signs: the only thing that revokes or withdraws (formats/status-and-authorities.md 2). */
export interface Status {
  readonly version: number;
  readonly revokedDevices: readonly RevokedDevice[];
  readonly suspendedDevices: readonly SuspendedDevice[];
  readonly withdrawn: readonly WithdrawnModule[];
}

/** Where the status list lies in the repository. */
export const STATUS_PATH = 'status/status.json';

const reason = string({ maxLength: 1000 });
const statusShape = object(
  {
    required: {
      version: integer({ min: 1 }),
      revokedDevices: array(
        object({ required: { deviceId: id128, reason, revokedAt: isoInstantMs } }, { unknownKeys: 'ignore' }),
      ),
      withdrawn: array(
        object(
          {
            required: {
              path: string({ minLength: 1, maxLength: 512 }),
              version: nullable(string({ maxLength: 64 })),
              reason,
            },
          },
          { unknownKeys: 'ignore' },
        ),
      ),
    },
    optional: {
      suspendedDevices: array(
        object(
          { required: { deviceId: id128, reason, suspendedAt: isoInstantMs, until: nullable(isoInstantMs) } },
          { unknownKeys: 'ignore' },
        ),
      ),
    },
  },
  { unknownKeys: 'ignore' },
);

/** Reads `status.json`, which the caller got as a verified target. Throws `LicenceError` `MALFORMED`. */
export function parseStatus(bytes: Uint8Array): Status {
  const read = readDocument(bytes, statusShape, 16 * 1024 * 1024);
  return {
    version: read.version,
    withdrawn: read.withdrawn,
    revokedDevices: read.revokedDevices.map(({ revokedAt, ...rest }) => ({ ...rest, revokedAtMs: revokedAt })),
    suspendedDevices: (read.suspendedDevices ?? []).map(({ suspendedAt, until, ...rest }) => ({
      ...rest,
      suspendedAtMs: suspendedAt,
      untilMs: until,
    })),
  };
}

/** The list as bytes of `status.json`. */
export function encodeStatus(status: Omit<Status, 'suspendedDevices'> & Partial<Status>): Bytes {
  return canonicalJson({
    version: status.version,
    revokedDevices: status.revokedDevices.map((entry) => ({
      deviceId: entry.deviceId,
      reason: entry.reason,
      revokedAt: formatInstant(entry.revokedAtMs),
    })),
    suspendedDevices: (status.suspendedDevices ?? []).map((entry) => ({
      deviceId: entry.deviceId,
      reason: entry.reason,
      suspendedAt: formatInstant(entry.suspendedAtMs),
      until: entry.untilMs === null ? null : formatInstant(entry.untilMs),
    })),
    withdrawn: status.withdrawn.map(({ path, version, reason: why }) => ({ path, version, reason: why })),
  });
}

/** Whether the list takes back this version of the module with this target path. */
export function isWithdrawn(status: Status | undefined, path: string, version: string): boolean {
  return status?.withdrawn.some((entry) => entry.path === path && (entry.version ?? version) === version) ?? false;
}
