import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { randomId } from '../device/random.ts';
import type { OpenVault } from '../vault/pin-vault.ts';
import type { OpenRecords, RecordChange } from './open-records.ts';
import type { RecordTable } from './record-cipher.ts';
import {
  type AssignmentRef,
  type AttemptRecord,
  answerKey,
  assignmentKey,
  countWords,
  type DraftRecord,
  type FeedbackRecord,
  type HandInFile,
  type MessageRecord,
  type NoteRecord,
  type PaceRecord,
  type ProgressRecord,
  type RecordStore,
  type Records,
  type ReflectionRecord,
  type SubmissionRecord,
  sheetText,
} from './records.ts';
import { RecordsError } from './records-error.ts';

/** Most bytes of a file handed in from the device: a parcel must hold it with room to spare. */
const MAX_FILE_BYTES = 15 * 1024 * 1024;

/** The records with their lock: they open and close with the vault. */
export interface LearnerRecords extends Records {
  open(vault: OpenVault): Promise<void>;
  close(): void;
  /** For the sync. Throws RecordsError `LOCKED`. */
  inner(): OpenRecords;
}

/** What the records need from around them. */
export interface RecordsPorts {
  readonly nowMs: () => number;
  /** Whether the device may do this now. */
  readonly allows: (capability: string) => boolean;
}

interface Timed {
  readonly id: string;
  readonly updatedAtMs?: number;
  readonly createdAtMs?: number;
}

/** All records of the learner, as screens use them. */
export function learnerRecords(ports: RecordsPorts): LearnerRecords {
  const current: Signal<OpenRecords | undefined> = signal(undefined);
  const inner = (): OpenRecords => {
    if (!current.value) throw new RecordsError({ code: 'LOCKED' });
    return current.value;
  };
  const peek = (): OpenRecords => {
    const open = current.peek();
    if (!open) throw new RecordsError({ code: 'LOCKED' });
    return open;
  };
  const requireCapability = (name: string): void => {
    if (!ports.allows(name)) throw new RecordsError({ code: 'NOT_ALLOWED' });
  };

  function store<T extends Timed>(table: RecordTable): RecordStore<T> {
    return {
      live: (filter) => liveSignal<T>(current, table, filter),
      get: async (id) => peek().get<T>(table, id),
      all: async () => newestFirst(await peek().all<T>(table)),
      put: async (value) => peek().change([{ kind: 'put', table, id: value.id, value }]),
      delete: async (id) => peek().change([{ kind: 'delete', table, id }]),
    };
  }

  async function submit(
    { assignmentId, modulePath, title }: AssignmentRef,
    work: Pick<SubmissionRecord, 'text' | 'words' | 'answers' | 'fileName'>,
    draftKeys: readonly string[],
    file?: HandInFile,
  ): Promise<SubmissionRecord> {
    requireCapability('write');
    const id = randomId();
    const createdAtMs = Math.floor(ports.nowMs());
    const submission: SubmissionRecord = { id, assignmentId, modulePath, title, createdAtMs, step: 'outbox', ...work };
    const changes: RecordChange[] = [{ kind: 'put', table: 'submissions', id, value: submission }];
    for (const key of draftKeys) changes.push({ kind: 'delete', table: 'drafts', id: key });
    if (file) changes.push({ kind: 'file', id, bytes: file.bytes });
    await peek().change(changes);
    return submission;
  }

  const drafts = store<DraftRecord>('drafts');
  const attempts = store<AttemptRecord>('attempts');
  return {
    inner,
    async open(vault) {
      const { openRecords } = await import('./open-records.ts');
      current.value = openRecords(vault);
    },
    close() {
      current.peek()?.close();
      current.value = undefined;
    },
    drafts: {
      ...drafts,
      async save(key, text) {
        requireCapability('write');
        await drafts.put({ id: key, text, updatedAtMs: ports.nowMs() });
      },
    },
    notes: store<NoteRecord>('notes'),
    progress: store<ProgressRecord>('progress'),
    submissions: store<SubmissionRecord>('submissions'),
    feedback: store<FeedbackRecord>('feedback'),
    messages: store<MessageRecord>('messages'),
    attempts,
    reflections: store<ReflectionRecord>('reflections'),
    pace: store<PaceRecord>('pace'),
    async startAttempt({ modulePath, href, quizId, title, language }) {
      const earlier = (await attempts.all()).filter((one) => one.modulePath === modulePath && one.quizId === quizId);
      const nowMs = Math.floor(ports.nowMs());
      const attempt: AttemptRecord = {
        ...{ id: randomId(), modulePath, href, quizId, title, language },
        ...{ number: earlier.length + 1, startedAtMs: nowMs, updatedAtMs: nowMs, answers: {}, checked: [] },
      };
      await attempts.put(attempt);
      return attempt;
    },
    async finishAttempt(attempt, result) {
      const nowMs = Math.floor(ports.nowMs());
      const { score, maxScore } = result;
      const over: AttemptRecord = {
        ...attempt,
        ...{ finishedAtMs: nowMs, updatedAtMs: nowMs, score, maxScore, result, step: 'outbox' },
      };
      await attempts.put(over);
      return over;
    },
    async submitDraft(assignment, text, file) {
      if (file && file.bytes.length > MAX_FILE_BYTES) throw new RecordsError({ code: 'TOO_LARGE' });
      const named = file ? { fileName: file.fileName } : {};
      return submit(assignment, { text, words: countWords(text), ...named }, [assignmentKey(assignment)], file);
    },
    submitSheet(sheet, answers) {
      const words = answers.reduce((total, { answer }) => total + countWords(answer), 0);
      const keys = answers.map(({ id }) => answerKey(sheet, id));
      return submit(sheet, { text: sheetText(answers), words, answers }, keys);
    },
    async sendMessage(text) {
      requireCapability('messages');
      const id = randomId();
      const createdAtMs = Math.floor(ports.nowMs());
      const message: MessageRecord = { id, kind: 'message', direction: 'out', text, createdAtMs, step: 'outbox' };
      await peek().change([{ kind: 'put', table: 'messages', id, value: message }]);
      return message;
    },
    file: async (fileId) => peek().file(fileId),
  };
}

/** A signal that reads the table only while someone looks at it, and follows the vault as it opens and closes. */
function liveSignal<T extends Timed>(
  current: ReadonlySignal<OpenRecords | undefined>,
  table: RecordTable,
  filter: ((record: T) => boolean) | undefined,
): ReadonlySignal<readonly T[] | undefined> {
  let stopFollowing = (): void => undefined;
  let stopWatching = (): void => undefined;
  const records: Signal<readonly T[] | undefined> = signal<readonly T[] | undefined>(undefined, {
    watched() {
      stopFollowing = current.subscribe((open) => {
        stopWatching();
        stopWatching = (): void => undefined;
        if (!open) {
          records.value = undefined;
          return;
        }
        stopWatching = open.watch<T>(table, (all) => {
          records.value = newestFirst(filter ? all.filter(filter) : all);
        });
      });
    },
    unwatched() {
      stopWatching();
      stopFollowing();
    },
  });
  return records;
}

function newestFirst<T extends Timed>(records: readonly T[]): readonly T[] {
  const time = (record: T): number => record.updatedAtMs ?? record.createdAtMs ?? 0;
  return records.toSorted((a, b) => time(b) - time(a));
}
