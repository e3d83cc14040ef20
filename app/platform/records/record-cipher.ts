import { type Bytes, fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { openAesGcm, sealAesGcm } from '#core/crypto/aead.ts';
import { randomBytes } from '../device/random.ts';
import type { OpenVault } from '../vault/pin-vault.ts';
import { RecordsError } from './records-error.ts';

/** The kinds of records. */
export type RecordTable =
  | 'drafts'
  | 'notes'
  | 'progress'
  | 'submissions'
  | 'feedback'
  | 'messages'
  | 'attempts'
  | 'reflections'
  | 'pace'
  | 'files';

/** A record on disk. Its id says nothing; id and table are bound to the ciphertext. */
export interface SealedRecord {
  readonly id: string;
  readonly table: RecordTable;
  readonly iv: Bytes;
  readonly ciphertext: Bytes;
}

/** The opaque id of a record: an HMAC of its name under a key of the vault. */
export async function opaqueId(vault: OpenVault, table: RecordTable, name: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', vault.idKey, utf8(`${table}\0${name}`));
  return toHex(new Uint8Array(mac).subarray(0, 16));
}

/** Encrypts a record under the data key. */
export async function sealRecord(
  vault: OpenVault,
  table: RecordTable,
  name: string,
  plaintext: Bytes,
): Promise<SealedRecord> {
  const id = await opaqueId(vault, table, name);
  const iv = randomBytes(12);
  return { id, table, iv, ciphertext: await sealAesGcm(vault.dataKey, iv, plaintext, bound(table, id)) };
}

/** Decrypts a record. Throws RecordsError `DAMAGED` if any of it, or its place, was changed. */
export async function openRecord(vault: OpenVault, record: SealedRecord): Promise<Bytes> {
  try {
    return await openAesGcm(vault.dataKey, record.iv, record.ciphertext, bound(record.table, record.id));
  } catch (cause) {
    throw new RecordsError({ code: 'DAMAGED', cause });
  }
}

/** The value as bytes: JSON. */
export function encodeRecord(value: object): Bytes {
  return utf8(JSON.stringify(value));
}

/** The value that `encodeRecord` wrote; decrypting has shown that this device wrote it. */
export function decodeRecord<T>(bytes: Bytes): T {
  const value: T = JSON.parse(fromUtf8(bytes));
  return value;
}

function bound(table: RecordTable, id: string): Bytes {
  return utf8(`leeslicht-record-v1\0${table}\0${id}`);
}
