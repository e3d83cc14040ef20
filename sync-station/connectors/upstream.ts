/** Work on its way from the dock to those who mark it. */
export interface HandIn {
  /** Unique for a learner over all devices: handing in twice counts once. */
  readonly submissionId: string;
  readonly learnerId: string;
  readonly assignmentId: string;
  readonly modulePath: string;
  readonly title: string;
  readonly text: string;
  readonly words: number;
  readonly handedInAtMs: number;
  readonly attachment: { readonly fileName: string; readonly bytes: Uint8Array } | undefined;
}

/** A learner's message on its way to a tutor. */
export interface UpstreamMessage {
  readonly id: string;
  readonly learnerId: string;
  readonly text: string;
  readonly createdAtMs: number;
}

/** Feedback that was given upstream. `id` is unique there: fetched twice, it counts once. */
export interface UpstreamFeedback {
  readonly id: string;
  readonly submissionId: string;
  readonly text: string;
  readonly mark: string | undefined;
  readonly tutor: string;
  readonly createdAtMs: number;
  readonly attachment: { readonly fileName: string; readonly bytes: Uint8Array } | undefined;
}

/** A message that was written upstream to one learner. */
export interface UpstreamReply {
  readonly id: string;
  readonly learnerId: string;
  readonly from: string;
  readonly text: string;
  readonly createdAtMs: number;
}

/** One page of news, and the cursor that asks for what comes after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** A course that the school offers. */
export interface UpstreamCourse {
  readonly id: string;
  readonly title: string;
}

/**
 * What a dock needs of a school: hand in work, send messages, fetch feedback, messages and the course list.
 * Handing in and sending are idempotent by their ids. Every call throws {@link UpstreamError} where the school
 * cannot be reached or refuses; the caller tries again later.
 */
export interface Upstream {
  readonly kind: 'desk' | 'school';
  handIn(work: HandIn): Promise<void>;
  sendMessage(message: UpstreamMessage): Promise<void>;
  fetchFeedback(after: string | null): Promise<Page<UpstreamFeedback>>;
  fetchMessages(after: string | null): Promise<Page<UpstreamReply>>;
  courses(): Promise<readonly UpstreamCourse[]>;
}

/** Why a school did not take or give what was asked. */
export type UpstreamErrorCode = 'UNREACHABLE' | 'REFUSED' | 'WRONG_ANSWER';

/** A call to the school failed; `UNREACHABLE` is worth another try. */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  constructor(options: { code: UpstreamErrorCode; cause?: unknown }) {
    super(`The school's system: ${options.code}`, { cause: options.cause });
    this.name = 'UpstreamError';
    this.code = options.code;
  }
}
