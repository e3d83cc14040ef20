import type { ReadonlySignal } from '@preact/signals';
import type { Selector } from '#core/annotation/selector.ts';
import type { StatementResult } from '#core/quiz/statement.ts';
import type { Pace } from '#core/reading/pace.ts';

/** A hand-in that is being written. `id` is the assignment key (see `assignmentKey`). */
export interface DraftRecord {
  readonly id: string;
  readonly text: string;
  readonly updatedAtMs: number;
}

/** A learner's bookmark, highlight or note at a place in a module (formats/annotations.md 3.1). */
export interface NoteRecord {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  /** The words the note belongs to, if any. */
  readonly quote?: string;
  /** What the learner wrote; empty for a bookmark or a bare highlight. */
  readonly text: string;
  readonly motivation?: 'bookmarking' | 'highlighting' | 'commenting';
  readonly selectors?: readonly Selector[];
  readonly colour?: 'yellow' | 'green' | 'blue' | 'pink';
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
  /** Where exactly reading stopped; the fraction alone when it is absent. */
  readonly place?: readonly Selector[];
  readonly updatedAtMs: number;
}

/** What a learner thinks at the end of a lesson. `id` is `modulePath#href`. */
export interface ReflectionRecord {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  readonly title: string;
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly updatedAtMs: number;
  /** When the learner put it in the outbox for the tutor; absent while it is only their own. */
  readonly sentAtMs?: number;
}

/** How fast the learner reads. `id` is always `pace`. */
export interface PaceRecord extends Pace {
  readonly id: string;
}

/** What was written under one question of an answer sheet; empty when nothing was. */
export interface SheetAnswer {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

/** Work that was handed in; stays readable on the device for good. */
export interface SubmissionRecord {
  readonly id: string;
  readonly assignmentId: string;
  readonly modulePath: string;
  readonly title: string;
  readonly text: string;
  readonly words: number;
  /** Of an answer sheet, by question; `text` says the same in one. */
  readonly answers?: readonly SheetAnswer[];
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
  /** What the tutor wrote beside single answers of a sheet. */
  readonly remarks?: readonly { readonly id: string; readonly text: string }[];
  /** The tutor asks for a new version of the work. */
  readonly again?: boolean;
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
  /** The device's own word of what happened to it; the screen has the text, `text` is empty. */
  readonly event?: 'recovered' | 'newPin';
  readonly direction: 'out' | 'in';
  readonly from?: string;
  readonly title?: string;
  readonly text: string;
  readonly createdAtMs: number;
  /** `outbox` until the station signed for it. Incoming ones are `received`. */
  readonly step: 'outbox' | 'handedIn' | 'received';
  readonly readAtMs?: number;
}

/** A try at a quiz. Answers are in the lexical form of their base types, by item and by response. */
export interface AttemptRecord {
  readonly id: string;
  readonly modulePath: string;
  readonly href: string;
  readonly quizId: string;
  readonly title: string;
  readonly language: string;
  /** 1 for the first try. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  readonly finishedAtMs?: number;
  readonly answers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** What was submitted at adaptive items, by item, oldest first. */
  readonly submitted?: Readonly<Record<string, readonly Readonly<Record<string, readonly string[]>>[]>>;
  /** Items that were judged on the screen and are closed. */
  readonly checked: readonly string[];
  readonly score?: number;
  readonly maxScore?: number;
  /** What goes to the tutor; `outbox` until the station signed for it. */
  readonly result?: StatementResult;
  readonly step?: 'outbox' | 'handedIn';
  /** What scripted content left with this try, as its player wrote it. */
  readonly state?: string;
}

/** A quiz of a module. */
export interface QuizRef {
  readonly modulePath: string;
  readonly href: string;
  readonly quizId: string;
  readonly title: string;
  readonly language: string;
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
  readonly attempts: RecordStore<AttemptRecord>;
  readonly reflections: RecordStore<ReflectionRecord>;
  readonly pace: RecordStore<PaceRecord>;
  /** Begins a try at a quiz. */
  startAttempt(quiz: QuizRef): Promise<AttemptRecord>;
  /** Ends a try and puts its result in the outbox, in one durable step. */
  finishAttempt(attempt: AttemptRecord, result: StatementResult): Promise<AttemptRecord>;
  /** Puts work in the outbox, in one durable step that also clears its draft. Needs the capability `write`. */
  submitDraft(assignment: AssignmentRef, text: string, file?: HandInFile): Promise<SubmissionRecord>;
  /** Puts an answer sheet in the outbox, in one durable step that also clears the drafts of its answers. Needs `write`. */
  submitSheet(sheet: AssignmentRef, answers: readonly SheetAnswer[]): Promise<SubmissionRecord>;
  /** Puts a message in the outbox. Needs the capability `messages`. */
  sendMessage(text: string): Promise<MessageRecord>;
  /** The bytes of a file that came with feedback or went with a hand-in (`fileId` is then the submission's id). */
  file(fileId: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The key of one assignment's draft. */
export function assignmentKey(assignment: Pick<AssignmentRef, 'assignmentId' | 'modulePath'>): string {
  return `${assignment.modulePath}#${assignment.assignmentId}`;
}

/** The key of the draft of one answer on a sheet (formats/module.md 5.5). */
export function answerKey(sheet: Pick<AssignmentRef, 'assignmentId' | 'modulePath'>, questionId: string): string {
  return `${assignmentKey(sheet)}#${questionId}`;
}

/** The answers of a sheet as one text, for whoever knows no sheets. */
export function sheetText(answers: readonly SheetAnswer[]): string {
  return answers.map(({ question, answer }, index) => `${index + 1}. ${question}\n\n${answer || '–'}`).join('\n\n');
}

/** The key of one file's reading progress. */
export function progressKey(modulePath: string, href: string): string {
  return `${modulePath}#${href}`;
}

/** How many words a text has, as the editor and the station count them. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}
