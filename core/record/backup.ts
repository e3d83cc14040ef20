import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { array, literal, object, ShapeError } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import {
  type DraftRecord,
  draftShape,
  type FeedbackRecord,
  feedbackShape,
  type MessageRecord,
  messageShape,
  type NoteRecord,
  noteShape,
  type ProgressRecord,
  progressShape,
  type SubmissionRecord,
  submissionShape,
} from './records.ts';

/** The largest backup document, in bytes: what fits a parcel. */
export const MAX_BACKUP_BYTES = 12 * 1024 * 1024;

/** All of a learner's records at one moment, before it is sealed (formats/parcel.md 7). */
export interface Backup {
  readonly drafts: readonly DraftRecord[];
  readonly notes: readonly NoteRecord[];
  readonly progress: readonly ProgressRecord[];
  readonly submissions: readonly SubmissionRecord[];
  readonly feedback: readonly FeedbackRecord[];
  readonly messages: readonly MessageRecord[];
}

/** Why a backup cannot be used. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: 'MALFORMED' | 'TOO_LARGE';

  constructor(options: { code: 'MALFORMED' | 'TOO_LARGE'; cause?: unknown }) {
    super(options.code, { cause: options.cause });
    this.code = options.code;
  }
}

const backupShape = object(
  {
    required: {
      format: literal('leeslicht-backup-v1'),
      drafts: array(draftShape),
      notes: array(noteShape),
      progress: array(progressShape),
      submissions: array(submissionShape),
      feedback: array(feedbackShape),
      messages: array(messageShape),
    },
  },
  { unknownKeys: 'ignore' },
);

/** A backup without any records. */
export const EMPTY_BACKUP: Backup = {
  drafts: [],
  notes: [],
  progress: [],
  submissions: [],
  feedback: [],
  messages: [],
};

/** The document to seal. Throws `BackupError` `TOO_LARGE`. */
export function encodeBackup(backup: Backup): Bytes {
  const { drafts, notes, progress, submissions, feedback, messages } = backup;
  const document = { format: 'leeslicht-backup-v1', drafts, notes, progress, submissions, feedback, messages };
  const bytes = utf8(JSON.stringify(document));
  if (bytes.length > MAX_BACKUP_BYTES) throw new BackupError({ code: 'TOO_LARGE' });
  return bytes;
}

/** Reads an opened backup. Throws `BackupError`. */
export function parseBackup(bytes: Uint8Array): Backup {
  if (bytes.length > MAX_BACKUP_BYTES) throw new BackupError({ code: 'TOO_LARGE' });
  try {
    const { format: _format, ...backup } = backupShape(parseJson(bytes), '');
    return backup;
  } catch (cause) {
    if (cause instanceof JsonError || cause instanceof ShapeError) throw new BackupError({ code: 'MALFORMED', cause });
    throw cause;
  }
}

/**
 * Puts a restored backup together with what a device already has: by id, the newer one wins, and nothing of either
 * side is dropped (formats/parcel.md 7.4). The same backup twice changes nothing.
 */
export function mergeBackups(here: Backup, restored: Backup): Backup {
  return {
    drafts: merge(here.drafts, restored.drafts, (record) => record.updatedAtMs),
    notes: merge(here.notes, restored.notes, (record) => record.updatedAtMs),
    // Reading further never undoes itself, whichever clock was right.
    progress: merge(here.progress, restored.progress, (record) => record.fraction),
    submissions: merge(here.submissions, restored.submissions, (record) => SUBMISSION_STEPS.indexOf(record.step)),
    feedback: merge(here.feedback, restored.feedback, (record) => record.readAtMs ?? 0),
    messages: merge(here.messages, restored.messages, messageRank),
  };
}

const SUBMISSION_STEPS: readonly string[] = ['outbox', 'handedIn', 'received', 'marked'];
const MESSAGE_STEPS: readonly string[] = ['outbox', 'handedIn', 'received'];

function messageRank(record: MessageRecord): number {
  return MESSAGE_STEPS.indexOf(record.step) * 2 + (record.readAtMs === undefined ? 0 : 1);
}

// The record with the higher rank stays; on a tie the one that is here.
function merge<T extends { readonly id: string }>(
  here: readonly T[],
  restored: readonly T[],
  rank: (record: T) => number,
): readonly T[] {
  const merged = new Map(here.map((record) => [record.id, record]));
  for (const record of restored) {
    const known = merged.get(record.id);
    if (!known || rank(record) > rank(known)) merged.set(record.id, record);
  }
  return [...merged.values()];
}
