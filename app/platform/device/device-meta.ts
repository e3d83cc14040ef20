import type { Argon2Cost } from '#core/crypto/argon2.ts';
import type { DeviceDatabase, DeviceMeta } from './device-database.ts';

/** What enrolment fixed: whom this device trusts. Covered by the six words. */
export interface PinnedTrust {
  /** The programme's root metadata, from which every chain is verified. */
  readonly root: Uint8Array<ArrayBuffer>;
  readonly siteId: string;
  readonly siteName: string;
  readonly receiptKey: Uint8Array<ArrayBuffer>;
}

/** An enrolment that waits for the officer. */
export interface PendingEnrolment {
  readonly enrolmentId: string;
  /** Of the request, 16 bytes in hex: proves who asks for the answer, and licence 1 repeats it. */
  readonly deviceNonce: string;
  readonly siteName: string;
  readonly words: readonly string[];
}

/** The data key, wrapped by the PIN and by the programme's recovery key, and the memory of wrong PINs. */
export interface VaultFile {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly cost: Argon2Cost;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly wrappedByPin: Uint8Array<ArrayBuffer>;
  /** An age file for the recovery recipient; null until the first trusted metadata named one. */
  readonly recovery: { readonly recipient: string; readonly wrapped: Uint8Array<ArrayBuffer> } | null;
  readonly failures: number;
  /** How long the app must have been open since the last wrong PIN before another is looked at. */
  readonly waitMs: number;
}

/** Reads and writes the single values of the device. */
export interface MetaStore {
  read<K extends keyof DeviceMeta>(name: K): Promise<DeviceMeta[K] | undefined>;
  /** One strict transaction: durable when it resolves. `undefined` deletes. */
  write(changes: { readonly [K in keyof DeviceMeta]?: DeviceMeta[K] | undefined }): Promise<void>;
}

/** The single values in the device database. */
export function metaStore(database: DeviceDatabase): MetaStore {
  return {
    async read<K extends keyof DeviceMeta>(name: K): Promise<DeviceMeta[K] | undefined> {
      const value = await database.get('meta', name);
      return value !== undefined && isValueOf(name, value) ? value : undefined;
    },
    async write(changes) {
      const transaction = database.transaction('meta', 'readwrite', { durability: 'strict' });
      const store = transaction.store;
      const writes = Object.entries(changes).map(([name, value]) =>
        value === undefined ? store.delete(name) : store.put(value, name),
      );
      await Promise.all([...writes, transaction.done]);
    },
  };
}

/** Each name is only ever written with its own type, by `write` above. */
function isValueOf<K extends keyof DeviceMeta>(
  _name: K,
  _value: DeviceMeta[keyof DeviceMeta],
): _value is DeviceMeta[K] {
  return true;
}
