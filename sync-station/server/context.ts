import type { FastifyBaseLogger } from 'fastify';
import type { Signer } from '#core/crypto/signer.ts';
import type { VerifiedBytes } from '#core/crypto/verified-bytes.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import type { Floors } from '#core/licence/floors.ts';
import type { Status } from '#core/licence/status.ts';
import type { Upstream } from '../connectors/upstream.ts';
import type { StationDatabase } from '../store/database.ts';
import type { StationEvents } from './events.ts';

/** Settings that do not change while the station runs. */
export interface StationConfig {
  readonly dataFolder: string;
  readonly siteId: string;
  readonly siteName: string;
  readonly stationName: string;
  /** Where the learner brings the laptop, in plain words. */
  readonly whereToSync: string;
  /** The folder or URL that the mirror reads; undefined until one is given. */
  readonly repository: string | undefined;
  readonly deskOrigin: string;
  /** The learner app's own origin first, then others that may reach the dock by CORS. */
  readonly learnerOrigins: readonly string[];
  readonly diskReserveBytes: number;
  /** How long a licence lasts, before the authority's own bound. */
  readonly licenceDays: number;
  /** The hours of use that the regime allows in a day. */
  readonly dailyHours: number;
  /** The school's own system; undefined when tutors work at this station's desk. */
  readonly upstreamUrl: string | undefined;
  /** The folder, on another medium, that backups go to. */
  readonly backup: string | undefined;
  /** Of the prison, as `Europe/Amsterdam`: reading hours are local times. */
  readonly timeZone: string;
}

/** The station's three distinct keys, unlocked. */
export interface StationKeys {
  readonly licence: Signer;
  readonly receipt: Signer;
  readonly age: { readonly identity: string; readonly recipient: string };
}

/** Content-addressed files. `put` resolves only when the bytes are durable; `get` checks the hash. */
export interface ObjectStore {
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array | undefined>;
}

/** How the mirror of the published repository stands. */
export interface MirrorState {
  readonly kind: 'empty' | 'fresh' | 'late' | 'stopped';
  readonly refreshedAtMs: number | null;
  readonly rootSha256: string | null;
  readonly versions: Readonly<Record<string, number>>;
  readonly expiresAtMs: Readonly<Record<string, number>>;
  /** Why the last try did not bring news. */
  readonly failure: { readonly code: string; readonly atMs: number } | null;
}

/** The verified copy of the published repository. What it answers is verified; the last known good stays when a refresh fails. */
export interface Mirror {
  refresh(): Promise<MirrorState>;
  state(): MirrorState;
  /** What the authorities say of this station's site. */
  stationGrant(): StationAuthority | undefined;
  status(): Status | undefined;
  /** The oldest that still counts on a device. */
  floors(): Floors;
  recoveryRecipient(): string | undefined;
  /** What the authorities say of any site of the programme; undefined when they say nothing. */
  stationAuthority(siteId: string): Promise<StationAuthority | undefined>;
  /** The bytes of a target, held against the trusted metadata; undefined when there is none, or another than published. */
  target(path: string): Promise<VerifiedBytes | undefined>;
  /** `path` as in the repository layout: `metadata/…`, `targets/…`, `chunks/…`, `leaves/…`. Undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** Work done after the answer: opening parcels, handing in upstream. */
export interface Jobs {
  /** Says that a job row was committed. Returns at once. */
  wake(): void;
}

/** What every route gets. `now` is the only clock. */
export interface StationContext {
  readonly db: StationDatabase;
  readonly objects: ObjectStore;
  readonly keys: StationKeys;
  readonly now: () => number;
  readonly log: FastifyBaseLogger;
  readonly config: StationConfig;
  readonly events: StationEvents;
  readonly mirror: Mirror;
  readonly upstream: Upstream;
  readonly jobs: Jobs;
}
