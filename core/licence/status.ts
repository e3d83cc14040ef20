import { array, hexString, integer, isoInstantMs, nullable, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { LicenceError } from './licence-error.ts';

/** A device that may not be read any more, wherever it is. */
export interface RevokedDevice {
  readonly deviceId: string;
  readonly reason: string;
  readonly revokedAtMs: number;
}

/** A module that was closed: one version, or all of them where `version` is null. */
export interface Withdrawal {
  readonly path: string;
  readonly version: string | null;
  readonly reason: string;
}

/** The programme's status list: TUF target `status/status.json` of role `status`. */
export interface Status {
  readonly version: number;
  readonly revokedDevices: readonly RevokedDevice[];
  readonly withdrawn: readonly Withdrawal[];
}

const shape = object(
  {
    required: {
      version: integer({ min: 1 }),
      revokedDevices: array(
        object({ required: { deviceId: hexString(16), reason: string({ maxLength: 500 }), revokedAt: isoInstantMs } }),
      ),
      withdrawn: array(
        object({
          required: {
            path: string({ minLength: 1, maxLength: 300 }),
            version: nullable(string({ maxLength: 32 })),
            reason: string({ maxLength: 500 }),
          },
        }),
      ),
    },
  },
  { unknownKeys: 'ignore' },
);

/** Reads `status/status.json`; hand in bytes that the repository's client verified. Throws LicenceError MALFORMED. */
export function parseStatus(bytes: Uint8Array): Status {
  try {
    const { version, revokedDevices, withdrawn } = shape(parseJson(bytes), 'status.json');
    return {
      version,
      withdrawn,
      revokedDevices: revokedDevices.map(({ deviceId, reason, revokedAt }) => ({
        deviceId,
        reason,
        revokedAtMs: revokedAt,
      })),
    };
  } catch (cause) {
    throw new LicenceError({ code: 'MALFORMED', cause });
  }
}

/** Whether this version of a module was withdrawn. */
export function isWithdrawn(status: Status | undefined, path: string, version: string): boolean {
  return (status?.withdrawn ?? []).some(
    (one) => one.path === path && (one.version === null || one.version === version),
  );
}
