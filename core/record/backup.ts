import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { isJsonObject } from '#core/json/json-value.ts';
import { readJson } from '#core/json/read-json.ts';
import { array, object, type Shape, ShapeError, string } from '#core/json/shape.ts';

/** formats/parcel.md 7.1: what a backup holds, in this order. */
export const BACKUP_TABLES = ['drafts', 'notes', 'submissions', 'attempts', 'reflections', 'progress'] as const;
/** One kind of record in a backup. */
export type BackupTable = (typeof BACKUP_TABLES)[number];

/** A record as the device wrote it; only what merging needs is looked at. */
export interface BackupRecord {
  readonly id: string;
  readonly [member: string]: JsonValue;
}

/** A learner's records at one moment, before they are sealed. An older app backed up fewer kinds. */
export type Backup = { readonly [T in BackupTable]?: readonly BackupRecord[] };

/** A backup that cannot be read. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: 'MALFORMED';

  constructor(options: { code: 'MALFORMED'; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}

/** The largest backup that is read, before it is sealed or after it was opened. */
export const MAX_BACKUP_BYTES = 64 * 1024 * 1024;

const id = string({ minLength: 1, maxLength: 2048 });
const recordShape: Shape<BackupRecord> = (value, path) => {
  if (!isJsonObject(value)) throw new ShapeError({ path, expected: 'an object' });
  return { ...value, id: id(value['id'] ?? null, `${path}.id`) };
};
const records = array(recordShape);
const backupShape = object(
  {
    required: {},
    optional: {
      ...{ drafts: records, notes: records, submissions: records },
      ...{ attempts: records, reflections: records, progress: records },
    },
  },
  // formats/parcel.md 7.3
  { unknownKeys: 'ignore' },
);

/** The document to seal. */
export function encodeBackup(backup: { readonly [T in BackupTable]?: readonly { readonly id: string }[] }): Bytes {
  return utf8(JSON.stringify(Object.fromEntries(BACKUP_TABLES.map((table) => [table, backup[table] ?? []]))));
}

/** Reads an opened backup. Throws `BackupError`. */
export function parseBackup(bytes: Uint8Array): Backup {
  const limits = { maxBytes: MAX_BACKUP_BYTES };
  return readJson(bytes, backupShape, limits, (cause) => new BackupError({ code: 'MALFORMED', cause }));
}

const STEPS: readonly unknown[] = ['outbox', 'handedIn', 'received', 'marked'];

/**
 * Whether a restored record takes the place of the one with its id that is here (formats/parcel.md 7.4): of
 * submissions the later step, of progress the further, of all else the later change; on a tie what is here stays.
 */
export function prevails(
  table: BackupTable,
  restored: Readonly<Record<string, unknown>>,
  here: Readonly<Record<string, unknown>>,
): boolean {
  return rankOf(table, restored) > rankOf(table, here);
}

function rankOf(table: BackupTable, record: Readonly<Record<string, unknown>>): number {
  if (table === 'submissions') return STEPS.indexOf(record['step']);
  // Reading further never undoes itself, whichever clock was right.
  const value = table === 'progress' ? record['fraction'] : (record['updatedAtMs'] ?? record['createdAtMs']);
  return typeof value === 'number' ? value : 0;
}
