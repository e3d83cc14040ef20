import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Envelope } from '#core/dsse/dsse.ts';
import type { Floors } from '#core/licence/floors.ts';
import type { WipeKind } from '#core/order/order.ts';
import type { Noticed } from '../evidence/notices.ts';
import type { DeviceKeys } from './device-keys.ts';
import type { PendingEnrolment, PinnedTrust, VaultFile } from './device-meta.ts';

/** The active version of a module. The key of its addresses is the start of its manifest's hash. */
export interface ActiveModule {
  readonly path: string;
  /** The `<key>` of `/m/<key>/<href>`. */
  readonly key: string;
  readonly manifestSha256: string;
  readonly title: string;
  readonly language: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly withdrawn: boolean;
  /** The signed metadata that vouched for this version when it became active; verified again at every start. */
  readonly chain: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** A manifest with the hashes of its chunks, as they came; under the manifest's hash. */
export interface StoredManifest {
  readonly sha256: string;
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly leaves: Uint8Array<ArrayBuffer>;
}

/** An import that began and has not ended. Its chunks are kept although no active version needs them yet. */
export interface ImportEntry {
  readonly path: string;
  readonly manifestSha256: string;
  readonly title: string;
  readonly language: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly doneBytes: number;
}

/** A file with bytes other than the signed ones. It stays closed until a sync brought its chunks again. */
export interface QuarantinedFile {
  /** `<path>#<href>`. */
  readonly id: string;
  readonly path: string;
  readonly href: string;
  readonly hashes: readonly string[];
  /** Whether an up parcel carries the report. */
  readonly reported: boolean;
}

/** A sealed parcel. Its bytes go when it is backed up; the rest stays as the head and the proof. */
export interface OutboxParcel {
  readonly id: string;
  readonly deviceEpoch: number;
  readonly sequence: number;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly sizeBytes: number;
  /** Ids of the items inside: random, they say nothing. */
  readonly itemIds: readonly string[];
  readonly step: 'sealed' | 'stored' | 'backedUp';
  readonly receipt: Envelope | null;
  readonly refusal: Envelope | null;
}

/** Which modules the service worker may serve, and until when by its own clock. */
export interface ReadingGrant {
  readonly untilMs: number;
  readonly keys: readonly string[];
  readonly language: 'nl' | 'en';
}

/** Single values of the device, each under its own name. */
export interface DeviceMeta {
  readonly keys: DeviceKeys;
  readonly pinned: PinnedTrust;
  readonly enrolment: PendingEnrolment;
  readonly vault: VaultFile;
  readonly licence: Envelope;
  /** Hash and serial of the licence, noted beside it: should it be damaged, the chain goes on. */
  readonly licenceHead: { readonly hash: string; readonly serial: number };
  /** The clock's two slots, each a record of its own, written in turn (formats/clock.md 5.2). */
  readonly clockA: Uint8Array<ArrayBuffer>;
  readonly clockB: Uint8Array<ArrayBuffer>;
  /** Both slots in one record, as earlier versions of the app kept them. */
  readonly clock: { readonly a: Uint8Array<ArrayBuffer> | null; readonly b: Uint8Array<ArrayBuffer> | null };
  readonly clockKey: CryptoKey;
  /** The highest floors that the authorities ever set here. */
  readonly floors: Floors;
  readonly language: 'nl' | 'en';
  readonly identity: {
    readonly learnerLabel: string;
    readonly deviceEpoch: number;
    readonly stationEpoch: number;
    /** Since the last move to another site: its first epoch there, and the serial of the licence it came with. */
    readonly moved?: { readonly epoch: number; readonly licenceSerial: number };
  };
  /** Nonce of the licence request that went with a stick. */
  readonly stickNonce: string;
  /** The old station's word for another site, until the device has been there. */
  readonly handover: Envelope;
  readonly downHead: { readonly epoch: number; readonly sequence: number; readonly parcelId: string };
  readonly backupSha256: string;
  /** Up to when reading progress is in a sealed parcel. */
  readonly progressSentAtMs: number;
  /** How many licence requests this device has made. */
  readonly licenceRequests: number;
  /** Ids of the officer's orders that this device has carried out, the newest last. */
  readonly obeyed: readonly string[];
  /** What this device noticed, the newest last. */
  readonly noticed: readonly Noticed[];
  /** An order to wipe that is being carried out: goes on at every start until it is done. */
  readonly wiping: { readonly orderId: string /** `wipe` when an earlier app noted it. */; readonly kind?: WipeKind };
  /** This device was wiped; `word` is its signed word that the station has not taken yet. */
  readonly emptied: {
    readonly atMs: number;
    readonly word: { readonly deviceId: string; readonly done: Envelope } | null;
  };
  readonly standing: 'ok' | 'suspended' | 'revoked' | 'forked';
  readonly grant: ReadingGrant;
}

/** The stores of the device database. The learner's records are in another one. */
export interface DeviceSchema extends DBSchema {
  chunks: { key: string; value: ArrayBuffer };
  manifests: { key: string; value: StoredManifest };
  active: { key: string; value: ActiveModule };
  imports: { key: string; value: ImportEntry };
  quarantine: { key: string; value: QuarantinedFile };
  metadata: { key: string; value: Uint8Array<ArrayBuffer> };
  targets: { key: string; value: Uint8Array<ArrayBuffer> };
  outbox: { key: string; value: OutboxParcel };
  meta: { key: string; value: DeviceMeta[keyof DeviceMeta] };
}

/** The open device database. */
export type DeviceDatabase = IDBPDatabase<DeviceSchema>;

/** Its name in the browser. */
export const DEVICE_DATABASE = 'leeslicht-device';

/** Opens the device database, making its stores the first time. The page, the import worker and the service worker do. */
export function openDeviceDatabase(name = DEVICE_DATABASE): Promise<DeviceDatabase> {
  return openDB<DeviceSchema>(name, 1, {
    upgrade(database) {
      for (const store of ['chunks', 'metadata', 'targets', 'meta'] as const) database.createObjectStore(store);
      database.createObjectStore('manifests', { keyPath: 'sha256' });
      for (const store of ['active', 'imports'] as const) database.createObjectStore(store, { keyPath: 'path' });
      database.createObjectStore('quarantine', { keyPath: 'id' });
      database.createObjectStore('outbox', { keyPath: 'id' });
    },
    blocking(_current, _blocked, event) {
      // A newer version of the app wants to change the stores: this page must not hold it up.
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
}
