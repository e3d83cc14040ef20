import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { deflate, inflate } from '#core/bytes/deflate.ts';
import { importAesKey, openAesGcm, sealAesGcm } from '#core/crypto/aead.ts';
import { base64Bytes, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import {
  BACKUP_TABLES,
  type Backup,
  type BackupRecord,
  encodeBackup,
  MAX_BACKUP_BYTES,
  parseBackup,
  prevails,
} from '#core/record/backup.ts';
import type { VaultFile } from '../device/device-meta.ts';
import { randomBytes } from '../device/random.ts';
import type { OpenRecords, RecordChange } from '../records/open-records.ts';
import type { OpenVault } from '../vault/pin-vault.ts';

const FORMAT = 'leeslicht-backup-v1';
const PURPOSE = utf8(FORMAT);
const COMPRESSION = 'deflate-raw';
const backupShape = object({
  required: {
    format: literal(FORMAT),
    compression: literal(COMPRESSION),
    recipient: string({ maxLength: 100 }),
    wrappedDataKey: base64Bytes({ maxLength: 8192 }),
    iv: base64Bytes({ length: 12 }),
    ciphertext: base64Bytes({ maxLength: 16 * 1024 * 1024 }),
  },
});

/** What goes into a backup: drafts, notes, reflections, tries, places in books, and own copies of what was handed in. */
export async function collectBackup(records: OpenRecords): Promise<Bytes> {
  const all = await Promise.all(
    BACKUP_TABLES.map(async (table) => [table, await records.all<{ readonly id: string }>(table)] as const),
  );
  return encodeBackup(Object.fromEntries(all));
}

/**
 * Seals a backup: the station cannot read it. With it goes the data key, wrapped for the programme's recovery key and
 * for nothing else: a PIN could be guessed. Undefined while no trusted metadata has named a recovery key.
 */
export async function sealBackup(contents: Bytes, vault: OpenVault, file: VaultFile): Promise<Bytes | undefined> {
  if (!file.recovery) return undefined;
  const iv = randomBytes(12);
  const ciphertext = await sealAesGcm(vault.dataKey, iv, await deflate(contents), PURPOSE);
  return utf8(
    JSON.stringify({
      format: FORMAT,
      compression: COMPRESSION,
      recipient: file.recovery.recipient,
      wrappedDataKey: toBase64(file.recovery.wrapped),
      iv: toBase64(iv),
      ciphertext: toBase64(ciphertext),
    }),
  );
}

/** Opens a backup of another device with its data key. Throws ShapeError, JsonError, CryptoError, BytesError or BackupError. */
export async function openBackup(backup: Uint8Array, rawDataKey: Uint8Array): Promise<Backup> {
  const { iv, ciphertext } = backupShape(parseJson(backup, { maxBytes: 32 * 1024 * 1024 }), '');
  const compressed = await openAesGcm(await importAesKey(rawDataKey), iv, ciphertext, PURPOSE);
  return parseBackup(await inflate(compressed, MAX_BACKUP_BYTES));
}

/** What a restored backup changes: records that are missing here or that prevail. Nothing of either side is dropped. */
export async function mergeBackup(records: OpenRecords, contents: Backup): Promise<readonly RecordChange[]> {
  const changes: RecordChange[] = [];
  for (const table of BACKUP_TABLES) {
    for (const value of contents[table] ?? []) {
      const own = await records.get<Readonly<Record<string, unknown>>>(table, value.id);
      if (own && !prevails(table, value, own)) continue;
      changes.push({ kind: 'put', table, id: value.id, value: table === 'submissions' ? handedIn(value) : value });
    }
  }
  return changes;
}

/** Bytes that came in base64, as `wrapped` of a restore item. */
export function wrappedKeyOf(base64: string): Bytes {
  return fromBase64(base64);
}

/** Work that was on the broken device when its last parcel went is in that parcel: it is not sent a second time. */
function handedIn(record: BackupRecord): object {
  return { ...record, step: 'step' in record && record['step'] !== 'outbox' ? record['step'] : 'handedIn' };
}
