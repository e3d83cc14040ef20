import { concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { importAesKey, openAesGcm, sealAesGcm } from '#core/crypto/aead.ts';
import { DEFAULT_ARGON2_COST } from '#core/crypto/argon2.ts';
import { sha256 } from '#core/crypto/digest.ts';
import { CryptoError } from '#core/crypto/ed25519.ts';
import type { MetaStore, VaultFile } from '../device/device-meta.ts';
import { randomBytes } from '../device/random.ts';
import { calibratedCost, type DeriveKey } from './derive-key.ts';
import { VaultError } from './vault-error.ts';

/** Keys of an open vault. */
export interface OpenVault {
  /** AES-GCM, non-extractable: every record and backup. */
  readonly dataKey: CryptoKey;
  /** HMAC, non-extractable: turns names of records into opaque ids. */
  readonly idKey: CryptoKey;
}

/** The answer to a PIN. */
export type UnlockAnswer =
  | { readonly kind: 'open'; readonly vault: OpenVault }
  | { readonly kind: 'wrong'; readonly waitMs: number };

/** What the vault needs from around it. */
export interface VaultPorts {
  readonly meta: MetaStore;
  readonly deriveKey: DeriveKey;
  /** Runs since this page was opened and cannot be set: `performance.now()`. */
  readonly monotonicMs: () => number;
  /** The programme's recovery recipient, once the trusted metadata named it. */
  readonly recoveryRecipient: () => string | undefined;
}

const PURPOSE = utf8('leeslicht-vault-v1');
const FREE_TRIES = 3;
const FIRST_WAIT_MS = 15_000;
const MOST_WAIT_MS = 15 * 60_000;

/** How long to wait after this many wrong PINs in a row. Capped, so that nobody can lock the owner out for long. */
export function waitAfter(failures: number): number {
  if (failures <= FREE_TRIES) return 0;
  return Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_TRIES - 1));
}

/** Throws VaultError `WEAK_PIN` for fewer than six characters, or digits that are all the same or in a row. */
export function checkPin(pin: string): void {
  const characters = [...pin.normalize('NFKC')];
  const steps = new Set(characters.slice(1).map((next, index) => Number(next) - Number(characters[index])));
  const isPattern = steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? Number.NaN);
  if (characters.length < 6 || isPattern) throw new VaultError({ code: 'WEAK_PIN' });
}

/** Makes a vault with a new data key. Strict: when it resolves, the PIN opens it after any power cut. */
export async function createVault(ports: VaultPorts, pin: string): Promise<OpenVault> {
  checkPin(pin);
  const raw = randomBytes(32);
  const probe = await ports.deriveKey('000000', randomBytes(16), DEFAULT_ARGON2_COST);
  const wrapped = await wrapByPin(ports, raw, pin, calibratedCost(probe.tookMs));
  await ports.meta.write({ vault: { ...wrapped, recovery: await wrapForRecovery(ports, raw, null) } });
  return openWith(raw);
}

/** Tries a PIN. A try within the waiting time is not looked at. Throws VaultError `NO_VAULT`. */
export async function unlockVault(ports: VaultPorts, pin: string): Promise<UnlockAnswer> {
  const opened = await tryPin(ports, pin);
  if (opened.kind === 'wrong') return opened;
  const recovery = await wrapForRecovery(ports, opened.raw, opened.file.recovery);
  await ports.meta.write({ vault: { ...opened.file, recovery, failures: 0, waitMs: 0 } });
  return { kind: 'open', vault: await openWith(opened.raw) };
}

/** Wraps the same data key by another PIN. Throws VaultError `WRONG_PIN` or `WEAK_PIN`; the old PIN then stays. */
export async function changePin(ports: VaultPorts, oldPin: string, newPin: string): Promise<void> {
  checkPin(newPin);
  const opened = await tryPin(ports, oldPin);
  if (opened.kind === 'wrong') throw new VaultError({ code: 'WRONG_PIN' });
  const wrapped = await wrapByPin(ports, opened.raw, newPin, opened.file.cost);
  await ports.meta.write({
    vault: { ...wrapped, recovery: await wrapForRecovery(ports, opened.raw, opened.file.recovery) },
  });
}

/**
 * Wraps the data key that the custodians opened by a new PIN, in one durable step with the ids of the orders that were
 * carried out: the old PIN, the wait and the count go. Throws VaultError `WEAK_PIN` or `NO_VAULT`; then nothing changed.
 */
export async function renewPin(
  ports: VaultPorts,
  raw: Uint8Array,
  newPin: string,
  obeyed: readonly string[],
): Promise<OpenVault> {
  checkPin(newPin);
  const file = await ports.meta.read('vault');
  if (!file) throw new VaultError({ code: 'NO_VAULT' });
  const wrapped = await wrapByPin(ports, raw, newPin, file.cost);
  // What was wrapped before is of the same key only where there were records to prove it.
  const recovery = (await wrapForRecovery(ports, raw, null)) ?? file.recovery;
  await ports.meta.write({ vault: { ...wrapped, recovery }, obeyed });
  return openWith(raw);
}

/** When the present wait began, by the monotonic clock of this page. */
const countedFrom = new WeakMap<MetaStore, number>();

/**
 * A wait is counted while the app is open, never by the time of day: setting the clock forward ends none, and a clock
 * that slipped to 2099 when a PIN was wrong makes none longer. A restart begins the wait again, and it is capped.
 */
function waitLeft(ports: VaultPorts, file: VaultFile): number {
  const counted = ports.monotonicMs() - (countedFrom.get(ports.meta) ?? 0);
  return Math.max(0, Math.ceil(Math.min(file.waitMs, MOST_WAIT_MS) - counted));
}

type Tried = { kind: 'right'; raw: Uint8Array; file: VaultFile } | { kind: 'wrong'; waitMs: number };

async function tryPin(ports: VaultPorts, pin: string): Promise<Tried> {
  const file = await ports.meta.read('vault');
  if (!file) throw new VaultError({ code: 'NO_VAULT' });
  const leftMs = waitLeft(ports, file);
  if (leftMs > 0) return { kind: 'wrong', waitMs: leftMs };
  // Counted before it is looked at: pulling the plug during a try does not make it free.
  const failures = file.failures + 1;
  const waitMs = waitAfter(failures);
  await ports.meta.write({ vault: { ...file, failures, waitMs } });
  countedFrom.set(ports.meta, ports.monotonicMs());
  const { key } = await ports.deriveKey(pin, file.salt, file.cost);
  try {
    return { kind: 'right', raw: await openAesGcm(await importAesKey(key), file.iv, file.wrappedByPin, PURPOSE), file };
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    return { kind: 'wrong', waitMs };
  }
}

async function wrapByPin(
  ports: VaultPorts,
  raw: Uint8Array,
  pin: string,
  cost: VaultFile['cost'],
): Promise<Omit<VaultFile, 'recovery'>> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const { key } = await ports.deriveKey(pin, salt, cost);
  const wrappedByPin = await sealAesGcm(await importAesKey(key), iv, raw, PURPOSE);
  return { salt, cost, iv, wrappedByPin, failures: 0, waitMs: 0 };
}

/** Wraps the data key for the recovery recipient, unless that was done already for the same one. */
async function wrapForRecovery(
  ports: VaultPorts,
  raw: Uint8Array,
  known: VaultFile['recovery'],
): Promise<VaultFile['recovery']> {
  const recipient = ports.recoveryRecipient();
  if (recipient === undefined || known?.recipient === recipient) return known;
  const { ageEncrypt } = await import('./age-file.ts');
  return { recipient, wrapped: await ageEncrypt(raw, recipient) };
}

/** The keys of a vault whose data key this is. */
export async function openWith(raw: Uint8Array): Promise<OpenVault> {
  const idBytes = await sha256(concatBytes(utf8('leeslicht-record-ids-v1'), raw));
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const [dataKey, idKey] = await Promise.all([
    importAesKey(raw),
    crypto.subtle.importKey('raw', idBytes, hmac, false, ['sign']),
  ]);
  return { dataKey, idKey };
}
