/**
 * Tables of the station. Times are whole milliseconds since 1970 (UTC), envelopes and lists are JSON text,
 * and nothing here is particular to SQLite.
 */
import type { Generated } from 'kysely';
import type { OrderKind } from '#core/order/order.ts';

type Flag = 0 | 1;

/** A learner; `displayName` alone says who it is, and can be erased. */
export interface LearnersTable {
  id: string;
  displayName: string | null;
  createdAtMs: number;
  erasedAtMs: number | null;
}

/** A device under its current keys and epoch. */
export interface DevicesTable {
  id: string;
  learnerId: string;
  signingKey: string;
  ageRecipient: string;
  keyLevel: string;
  epoch: number;
  state: 'ok' | 'suspended' | 'forked' | 'revoked';
  capabilities: string;
  stateReason: string | null;
  /** When a hold ends by itself; null where there is none, or none that ends. */
  heldUntilMs: number | null;
  /** When the device signed that it deleted what belonged to its learner; it is revoked from then on. */
  wipedAtMs: number | null;
  lastSeenAtMs: number | null;
  licenceSerial: number;
  licenceExpiresAtMs: number | null;
  quota: string | null;
  createdAtMs: number;
}

/** Something the officer must see: clock, tampering, fork. */
export interface DeviceEventsTable {
  id: Generated<number>;
  deviceId: string;
  code: string;
  detail: string;
  atMs: number;
  /** When an officer looked at it; null where nobody has, or nobody must. */
  seenAtMs: Generated<number | null>;
  seenBy: Generated<string | null>;
  note: Generated<string | null>;
}

/** One opened enrolment. Of the code, `selector` (two characters) finds the row; the rest is kept only as a hash. */
export interface EnrolmentsTable {
  id: string;
  selector: string;
  codeHash: string;
  learnerId: string;
  capabilities: string;
  state: 'open' | 'requested' | 'confirmed' | 'refused' | 'expired';
  triesLeft: number;
  openedBy: string;
  openedAtMs: number;
  expiresAtMs: number;
  request: string | null;
  deviceNonce: string | null;
  stationNonce: string | null;
  deviceId: string | null;
  licence: string | null;
  deviceEpoch: number | null;
}

/** Every licence the station issued. `requestHash` makes a repeated request return the same envelope. */
export interface LicencesTable {
  id: string;
  deviceId: string;
  serial: number;
  previous: string | null;
  payloadHash: string;
  requestHash: string | null;
  issuedAtMs: number;
  expiresAtMs: number;
  envelope: string;
  /** When the device first showed that it holds this licence. */
  seenAtMs: number | null;
}

/** Up parcels that reached the station whole; `receipt` is the exact envelope text that was sent. */
export interface ParcelsTable {
  id: string;
  deviceId: string;
  deviceEpoch: number;
  stationEpoch: number;
  sequence: number;
  previous: string | null;
  objectHash: string;
  sizeBytes: number;
  state: 'accepted' | 'opened' | 'forked' | 'quarantined';
  receivedAtMs: number;
  receipt: string | null;
  refusal: string | null;
}

/** The last accepted parcel of a device in an epoch. */
export interface ParcelHeadsTable {
  deviceId: string;
  deviceEpoch: number;
  sequence: number;
  parcelId: string;
}

/** A branch of a fork, until an officer resolves it. */
export interface BranchesTable {
  parcelId: string;
  deviceId: string;
  deviceEpoch: number;
  sequence: number;
  foundAtMs: number;
  resolvedAtMs: number | null;
  resolvedBy: string | null;
}

/** Items opened from up parcels; unique for a learner over all epochs, so nothing counts twice. */
export interface ItemsTable {
  learnerId: string;
  id: string;
  parcelId: string;
  kind: string;
  body: string;
  attachmentHash: string | null;
  createdAtMs: number;
}

/** Content-addressed files the database knows about. */
export interface ObjectsTable {
  hash: string;
  sizeBytes: number;
  kind: string;
  storedAtMs: number;
}

/** Work handed in, by parcel or on the room's own computer. */
export interface SubmissionsTable {
  id: string;
  learnerId: string;
  assignmentId: string;
  modulePath: string;
  title: string;
  text: string;
  words: number;
  attachmentHash: string | null;
  fileName: string | null;
  source: 'parcel' | 'room';
  step: 'handedIn' | 'received' | 'marked';
  handedInAtMs: number;
}

/** A tutor's answer to a submission. */
export interface FeedbackTable {
  id: string;
  submissionId: string;
  text: string;
  mark: string | null;
  tutor: string;
  attachmentHash: string | null;
  fileName: string | null;
  createdAtMs: number;
  upstreamId: string | null;
}

/** Messages and notices both ways. */
export interface MessagesTable {
  id: string;
  learnerId: string;
  direction: 'up' | 'down';
  kind: 'message' | 'notice';
  sender: string;
  title: string | null;
  text: string;
  createdAtMs: number;
  upstreamId: string | null;
}

/** Sealed return parcels, kept until the device's signed acknowledgement. */
export interface DownParcelsTable {
  id: string;
  deviceId: string;
  deviceEpoch: number;
  sequence: number;
  previous: string | null;
  objectHash: string;
  sizeBytes: number;
  sealedAtMs: number;
  ack: string | null;
  ackedAtMs: number | null;
}

/** Items waiting for, or sealed into, a down parcel. */
export interface DownItemsTable {
  id: string;
  learnerId: string;
  item: string;
  attachmentHash: string | null;
  queuedAtMs: number;
  parcelId: string | null;
  /** The one device that may have it; null for whichever device of the learner docks. */
  deviceId: Generated<string | null>;
}

/** The newest down parcel that a device showed it holds, where the station had lost count. */
export interface DownHeadsTable {
  deviceId: string;
  deviceEpoch: number;
  sequence: number;
  parcelId: string;
}

/** The word with which a device left for another site (`out`) or came from one (`in`); the newest of each. */
export interface HandoversTable {
  deviceId: string;
  direction: 'in' | 'out';
  otherSite: string;
  payloadHash: string;
  envelope: string;
  atMs: number;
}

/** Feedback of the school to work that this station does not have (yet): a restored station gets the work again. */
export interface EarlyFeedbackTable {
  upstreamId: string;
  submissionId: string;
  text: string;
  mark: string | null;
  tutor: string;
  attachmentHash: string | null;
  fileName: string | null;
  createdAtMs: number;
}

/** Further receipts (`backedUp`); the `stored` receipt lies with its parcel. */
export interface ReceiptsTable {
  parcelId: string;
  step: 'stored' | 'backedUp';
  envelope: string;
  signedAtMs: number;
}

/** Work to be done later, leased by one worker at a time. */
export interface JobsTable {
  id: Generated<number>;
  kind: string;
  body: string;
  state: 'waiting' | 'done' | 'failed';
  attempts: number;
  notBeforeMs: number;
  leasedUntilMs: number;
  lastError: string | null;
  createdAtMs: number;
  /** Names a job of which there is only one. */
  key: Generated<string | null>;
}

/** Append-only and hash-chained; pseudonyms only. */
export interface AuditLogTable {
  sequence: number;
  atMs: number;
  actor: string;
  act: string;
  subject: string;
  detail: string;
  previousHash: string;
  hash: string;
}

/** People who work at the desk. `roles` is a JSON list of tutor, security, administrator. */
export interface StaffTable {
  id: string;
  login: string;
  displayName: string;
  passwordHash: string;
  roles: string;
  disabled: Flag;
  createdAtMs: number;
}

/** Desk sessions; only the hash of the token is kept. */
export interface StaffSessionsTable {
  tokenHash: string;
  staffId: string;
  createdAtMs: number;
  authenticatedAtMs: number;
  lastSeenAtMs: number;
  expiresAtMs: number;
}

/** A learner who has just docked in the computer room. */
export interface PresenceCodesTable {
  codeHash: string;
  deviceId: string;
  learnerId: string;
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
}

/** Revocations asked for at the desk, until the published status list carries them. */
export interface RevocationRequestsTable {
  id: string;
  deviceId: string;
  reason: string;
  requestedBy: string;
  requestedAtMs: number;
  publishedAtMs: number | null;
}

/** Sealed backups and, on re-enrolment, the custodians' answer wrapped to the new device. */
export interface RecoveryTable {
  id: string;
  learnerId: string;
  backupHash: string;
  parcelId: string;
  createdAtMs: number;
  requestedBy: string | null;
  requestedAtMs: number | null;
  wrapped: string | null;
  targetDeviceId: string | null;
  answeredAtMs: number | null;
}

/** A group of learners with a policy of its own. */
export interface LearnerGroupsTable {
  id: string;
  name: string;
  createdAtMs: number;
}

/** Who is in which group; a learner is in one or none. */
export interface GroupMembersTable {
  learnerId: string;
  groupId: string;
}

/** What one level says (formats/policy.md 1). `subject`: the site, group, device or learner. */
export interface PoliciesTable {
  level: 'institution' | 'group' | 'device' | 'person';
  subject: string;
  policy: string;
  changedBy: string;
  changedAtMs: number;
}

/** What an officer orders for one device (formats/orders.md). */
export interface DeviceOrdersTable {
  id: string;
  deviceId: string;
  kind: OrderKind;
  orderedBy: string;
  orderedAtMs: number;
  expiresAtMs: number;
  /** When the device's signed word came that it carried the order out, and that word. */
  takenAtMs: number | null;
  done: string | null;
  withdrawnAtMs: number | null;
}

/** A check of a device in an officer's hand: the nonce that its report must be bound to. */
export interface DeviceChecksTable {
  id: string;
  deviceId: string;
  nonce: string;
  openedBy: string;
  openedAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
}

/** Single values of the station, such as its epoch. */
export interface SettingsTable {
  name: string;
  value: string;
}

/** All tables, as Kysely sees them. */
export interface StationSchema {
  learners: LearnersTable;
  devices: DevicesTable;
  deviceEvents: DeviceEventsTable;
  enrolments: EnrolmentsTable;
  licences: LicencesTable;
  parcels: ParcelsTable;
  parcelHeads: ParcelHeadsTable;
  branches: BranchesTable;
  items: ItemsTable;
  objects: ObjectsTable;
  submissions: SubmissionsTable;
  feedback: FeedbackTable;
  messages: MessagesTable;
  downParcels: DownParcelsTable;
  downItems: DownItemsTable;
  downHeads: DownHeadsTable;
  earlyFeedback: EarlyFeedbackTable;
  handovers: HandoversTable;
  receipts: ReceiptsTable;
  jobs: JobsTable;
  auditLog: AuditLogTable;
  staff: StaffTable;
  staffSessions: StaffSessionsTable;
  presenceCodes: PresenceCodesTable;
  revocationRequests: RevocationRequestsTable;
  recovery: RecoveryTable;
  settings: SettingsTable;
  learnerGroups: LearnerGroupsTable;
  groupMembers: GroupMembersTable;
  policies: PoliciesTable;
  deviceOrders: DeviceOrdersTable;
  deviceChecks: DeviceChecksTable;
}
