import type { Bytes } from '#core/bytes/bytes.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { array, integer, object } from '#core/json/shape.ts';
import { compareVersions, version } from '#core/module/version.ts';
import { id128 } from './identifiers.ts';
import { readDocument } from './read-document.ts';

/** Versions of the metadata that a device holds, or must hold at least. */
export interface MetadataVersions {
  readonly root: number;
  readonly snapshot: number;
}

/** The oldest that still counts, as the authorities say (formats/status-and-authorities.md 5). */
export interface Floors {
  /** `major.minor.patch`. */
  readonly app: string;
  readonly metadata: MetadataVersions;
  /** By device: the lowest serial of a licence. */
  readonly licences: ReadonlyMap<string, number>;
}

/** What a device has of that which floors speak of. */
export interface DeviceVersions {
  readonly app: string;
  readonly metadata: MetadataVersions;
}

/** What is older than the authorities allow. */
export type BelowFloor = 'app' | 'lists' | 'licence';

/** Where the floors lie in the repository. */
export const FLOORS_PATH = 'authorities/floors.json';

/** Without a file of floors everything counts. */
export const NO_FLOORS: Floors = { app: '0.0.0', metadata: { root: 0, snapshot: 0 }, licences: new Map() };

const MAX_VERSION = 1_000_000_000;
const count = integer({ min: 1, max: MAX_VERSION });
const open: { readonly unknownKeys: 'ignore' } = { unknownKeys: 'ignore' };
const floorsShape = object(
  {
    required: {},
    optional: {
      app: version,
      metadata: object({ required: { root: count, snapshot: count } }, open),
      licences: array(object({ required: { deviceId: id128, serial: count } }, open)),
    },
  },
  open,
);

/** Reads `floors.json`, which the caller got as a verified target. Throws `LicenceError` `MALFORMED`. */
export function parseFloors(bytes: Uint8Array): Floors {
  const { app, metadata, licences = [] } = readDocument(bytes, floorsShape, 4 * 1024 * 1024);
  return raiseFloors(NO_FLOORS, {
    app: app ?? NO_FLOORS.app,
    metadata: metadata ?? NO_FLOORS.metadata,
    licences: new Map(licences.map(({ deviceId, serial }) => [deviceId, serial])),
  });
}

/** The floors as bytes of `floors.json`. */
export function encodeFloors({ app, metadata, licences }: Floors): Bytes {
  const sorted = [...licences].sort(([a], [b]) => (a < b ? -1 : 1));
  return canonicalJson({
    ...(app === NO_FLOORS.app ? {} : { app }),
    ...(metadata.root === 0 ? {} : { metadata: { root: metadata.root, snapshot: metadata.snapshot } }),
    licences: sorted.map(([deviceId, serial]) => ({ deviceId, serial })),
  });
}

/** The higher of each (formats/status-and-authorities.md 5.2): a later file lowers nothing. */
export function raiseFloors(held: Floors, next: Floors): Floors {
  const licences = new Map(held.licences);
  for (const [deviceId, serial] of next.licences) licences.set(deviceId, Math.max(serial, licences.get(deviceId) ?? 0));
  return {
    app: compareVersions(held.app, next.app) < 0 ? next.app : held.app,
    metadata: isOlderMetadata(held.metadata, next.metadata) ? next.metadata : held.metadata,
    licences,
  };
}

/**
 * Whether metadata comes before other metadata: by its root, and under the same root by its snapshot. A root that gives
 * the snapshot another key lets its versions begin again, so they are never compared over two roots.
 */
export function isOlderMetadata(one: MetadataVersions, other: MetadataVersions): boolean {
  return one.root < other.root || (one.root === other.root && one.snapshot < other.snapshot);
}

/** What of this device is below the floors: what mends the most first (formats/status-and-authorities.md 5.3). */
export function judgeFloors(
  floors: Floors,
  device: DeviceVersions,
  licence: { readonly deviceId: string; readonly serial: number },
): BelowFloor | undefined {
  if (compareVersions(device.app, floors.app) < 0) return 'app';
  if (isOlderMetadata(device.metadata, floors.metadata)) return 'lists';
  return licence.serial < (floors.licences.get(licence.deviceId) ?? 0) ? 'licence' : undefined;
}
