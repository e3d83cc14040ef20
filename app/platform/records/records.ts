import type { ReadonlySignal } from '@preact/signals';

/** A hand-in that is being written. `id` is the assignment key (see `assignmentKey`). */
export interface DraftRecord {
  readonly id: string;
  readonly text: string;
  readonly updatedAtMs: number;
}

/** A learner's note at a place in a module. */
export interface NoteRecord {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  /** The words the note belongs to, if any. */
  readonly quote?: string;
  readonly text: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** How far a file of a module was read. `id` is `modulePath#href`. */
export interface ProgressRecord {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly updatedAtMs: number;
}

/** Work that was handed in; stays readable on the device for good. */
export interface SubmissionRecord {
  readonly id: string;
  readonly assignmentId: string;
  readonly modulePath: string;
  readonly title: string;
  readonly text: string;
  readonly words: number;
  readonly createdAtMs: number;
  readonly fileName?: string;
  /** `outbox`: still only here; `handedIn`: the station signed for it; `received`: the tutor has it; `marked`. */
  readonly step: 'outbox' | 'handedIn' | 'received' | 'marked';
  /** The parcel whose signed receipt covers this work. */
  readonly receiptId?: string;
  readonly handedInAtMs?: number;
}

/** What a tutor wrote about one submission. */
export interface FeedbackRecord {
  readonly id: string;
  readonly submissionId: string;
  readonly text: string;
  readonly mark?: string;
  readonly tutor: string;
  readonly createdAtMs: number;
  /** A file that came along: `records.file(fileId)` reads it. */
  readonly fileId?: string;
  readonly fileName?: string;
  readonly readAtMs?: number;
}

/** A message or notice, either way. */
export interface MessageRecord {
  readonly id: string;
  readonly kind: 'message' | 'notice';
  readonly direction: 'out' | 'in';
  readonly from?: string;
  readonly title?: string;
  readonly text: string;
  readonly createdAtMs: number;
  /** `outbox` until the station signed for it. Incoming ones are `received`. */
  readonly step: 'outbox' | 'handedIn' | 'received';
  readonly readAtMs?: number;
}

/** The assignment that a text belongs to. */
export interface AssignmentRef {
  readonly assignmentId: string;
  readonly modulePath: string;
  readonly title: string;
}

/** A file that goes with a hand-in. */
export interface HandInFile {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One kind of record, encrypted on disk. Every method throws RecordsError `LOCKED` while the vault is closed. */
export interface RecordStore<T extends { readonly id: string }> {
  /**
   * The records that match, kept up to date while someone reads the signal; `undefined` until first read, and while
   * the vault is closed. Order: newest first where records carry a time. Make it once a component (`useMemo`).
   */
  live(filter?: (record: T) => boolean): ReadonlySignal<readonly T[] | undefined>;
  get(id: string): Promise<T | undefined>;
  all(): Promise<readonly T[]>;
  put(record: T): Promise<void>;
  delete(id: string): Promise<void>;
}

/** Drafts are saved at every pause in typing: fast, and durable once the promise resolves. */
export interface DraftStore extends RecordStore<DraftRecord> {
  /** Resolves only when the text would survive a power cut. Throws RecordsError `QUOTA` when the disk is full. */
  save(assignmentKey: string, text: string): Promise<void>;
}

/** Everything personal on the device. */
export interface Records {
  readonly drafts: DraftStore;
  readonly notes: RecordStore<NoteRecord>;
  readonly progress: RecordStore<ProgressRecord>;
  readonly submissions: RecordStore<SubmissionRecord>;
  readonly feedback: RecordStore<FeedbackRecord>;
  readonly messages: RecordStore<MessageRecord>;
  /** Puts work in the outbox, in one durable step that also clears its draft. Needs the capability `write`. */
  submitDraft(assignment: AssignmentRef, text: string, file?: HandInFile): Promise<SubmissionRecord>;
  /** Puts a message in the outbox. Needs the capability `messages`. */
  sendMessage(text: string): Promise<MessageRecord>;
  /** The bytes of a file that came with feedback or went with a hand-in (`fileId` is then the submission's id). */
  file(fileId: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The key of one assignment's draft. */
export function assignmentKey(assignment: Pick<AssignmentRef, 'assignmentId' | 'modulePath'>): string {
  return `${assignment.modulePath}#${assignment.assignmentId}`;
}

/** The key of one file's reading progress. */
export function progressKey(modulePath: string, href: string): string {
  return `${modulePath}#${href}`;
}

/** How many words a text has, as the editor and the station count them. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}
