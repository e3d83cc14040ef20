import type { ReadonlySignal } from '@preact/signals';
import type { Report } from '#core/evidence/report.ts';
import type { Licence } from '#core/licence/licence.ts';
import type { ReadingHours } from '#core/licence/reading-hours.ts';
import type { Verdict } from '#core/licence/verdict.ts';
import type { Manifest } from '#core/module/manifest.ts';
import type { Records } from './records/records.ts';
import type { Sync } from './sync/sync-event.ts';

/** Languages the app speaks. */
export type Language = 'nl' | 'en';

/**
 * How well the browser keeps the device's keys: as WebCrypto keys that no script can read out, or as a seed wrapped by
 * such a key. Neither means that they cannot be copied with the disk.
 */
export type KeyLevel = 'non-extractable' | 'wrapped';

/** What every screen may know about this device. Replaced as a whole whenever something changes. */
export interface DeviceState {
  /** `fresh`: not enrolled; `locked`: the PIN is asked; `open`: the learner's records can be read. */
  readonly phase: 'fresh' | 'locked' | 'open';
  /** Reading is allowed by the verdict (`mayRead`), not by the phase: an expired device opens, to hand work over. */
  readonly verdict: Verdict;
  /** Outside the regime's hours nothing is shown either, and the learner is told when it opens. */
  readonly hours: ReadingHours;
  readonly licence?: Licence;
  /** What the licence and the site's grant both give. Empty when the verdict closes the device. */
  readonly capabilities: ReadonlySet<string>;
  readonly siteName?: string;
  readonly whereToSync?: string;
  readonly learnerLabel?: string;
  readonly keyLevel?: KeyLevel;
  /** The clock is behind what the device knows: a banner asks to sync. */
  readonly clockWarning?: boolean;
  /** This device was wiped at that time; `isTold`: the station has its signed word. */
  readonly emptied?: { readonly atMs: number; readonly isTold: boolean };
  /** A complete new version of the app waits; `updates.apply` starts it. */
  readonly updateReady: boolean;
  readonly storage?: { readonly usageBytes: number; readonly quotaBytes: number };
}

/** A module as the shelf shows it. `path` is its TUF target path, as `courses/study/start.json`. */
export interface ShelfModule {
  readonly path: string;
  readonly title: string;
  readonly language: string;
  readonly version: string;
  readonly sizeBytes: number;
  /**
   * `importing` is a first import: during an update the old version stays `ready`. `closed`: the licence covers it no
   * more.
   */
  readonly state: 'ready' | 'importing' | 'damaged' | 'withdrawn' | 'closed';
  /** 0 to 1: how much of the bytes of an import under way are here; 1 otherwise. */
  readonly progressFraction: number;
}

/** Makes this device one learner's own. */
export interface Enrolment {
  /**
   * Makes keys and vault, and asks the station for a licence with the one-use code.
   * @returns the six words that the officer must see too
   * @throws EnrolmentError with the station's code (`WRONG_CODE`, `CODE_EXPIRED` …), `BAD_CODE`, `WEAK_PIN`, `NO_STATION`
   */
  start(code: string, language: Language, pin: string): Promise<{ readonly words: readonly string[] }>;
  /** Waits until the officer has decided. After `confirmed` the device is open. Aborting throws the signal's reason. */
  waitForConfirmation(signal: AbortSignal): Promise<'confirmed' | 'refused'>;
}

/** Opens and closes what is encrypted under the PIN. */
export interface Vault {
  /** `waitMs`: how long until the next try is allowed; a try before that is not looked at and gives the same answer. */
  unlock(pin: string): Promise<'open' | { readonly kind: 'wrong'; readonly waitMs: number }>;
  /** Closes the records and stops module pages at once. */
  lock(): void;
  /** Throws VaultError `WRONG_PIN` or `WEAK_PIN`; then the old PIN stays. */
  changePin(oldPin: string, newPin: string): Promise<void>;
  /**
   * Asks the station what an officer has ordered for this device, and carries it out; no PIN is needed. Throws an error
   * with the station's code, `NO_STATION`, or `WRONG_KEY`. `newPin`: the learner may choose one now.
   * `mayWipe`: this device may be wiped now.
   */
  askDesk(): Promise<'nothing' | 'released' | 'newPin' | 'mayWipe'>;
  /**
   * Takes the new PIN that `askDesk` allowed, and opens the vault. Throws VaultError `WEAK_PIN`, or `NOT_ALLOWED` when
   * the desk was not asked since this page was opened.
   */
  chooseNewPin(pin: string): Promise<void>;
  /**
   * Wipes this closed device, as `askDesk` allowed, and loads the page again. What is sealed goes to the station first.
   * Throws VaultError `NOT_ALLOWED`, or an error with the station's code; then nothing is wiped.
   */
  wipeClosed(): Promise<void>;
}

/** A report that this device has signed: as data for the screen, and as the text for the officer. */
export interface MadeReport {
  readonly report: Report;
  readonly text: string;
}

/** A read that found bytes other than the signed ones: the file is closed until the next sync repairs it. */
export interface Damage {
  readonly path: string;
  readonly href: string;
}

/** The modules on this device. Every read checks the bytes against the signatures first. */
export interface Modules {
  readonly list: ReadonlySignal<readonly ShelfModule[]>;
  /** The newest damage met while reading, by a screen or by the service worker. */
  readonly damage: ReadonlySignal<Damage | undefined>;
  /**
   * The verified manifest of the active version. Throws ModulesError `NOT_HERE`, `LOCKED`, `CLOSED`, `WITHDRAWN` or
   * `DAMAGED`.
   */
  manifest(path: string): Promise<Manifest>;
  /** The address the service worker serves this file at: `/m/<key>/<href>`. For frames, pictures, media, pdf.js. */
  urlOf(path: string, href: string): string;
  /** Text of a small file. Throws as `manifest`, and `NO_SUCH_FILE`. */
  readText(path: string, href: string): Promise<string>;
  readBytes(path: string, href: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes `begin` up to, not including, `end`. */
  verifiedRange(path: string, href: string, begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** New versions of the app itself. */
export interface Updates {
  /** Starts the waiting version and loads the page again. Call it only when the learner is idle and agrees. */
  apply(): void;
}

/** All a screen needs of the machine below it. Made once, by `createPlatform`. */
export interface Platform {
  readonly state: ReadonlySignal<DeviceState>;
  readonly enrolment: Enrolment;
  readonly vault: Vault;
  readonly modules: Modules;
  readonly records: Records;
  readonly sync: Sync;
  readonly updates: Updates;
  /**
   * What this device noticed and how it stands, signed by its own key; needs no PIN. `check`: the number that the officer
   * gave, as `normaliseCode` writes it.
   */
  report(check: string | null): Promise<MadeReport>;
  /** A room code for handing in a file written on the room's own computer, for a device without the editor. */
  presence(): Promise<{ readonly roomCode: string; readonly minutes: number }>;
  /** The language kept on the device, also used for notices that the service worker writes. */
  readonly language: ReadonlySignal<Language>;
  setLanguage(language: Language): Promise<void>;
}
