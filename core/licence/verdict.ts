import { BytesError } from '#core/bytes/bytes.ts';
import type { Budgets, TrustedTime, UncertainBy } from '#core/clock/clock-state.ts';
import { DsseError, type Envelope } from '#core/dsse/dsse.ts';
import { type BelowFloor, type DeviceVersions, type Floors, judgeFloors } from './floors.ts';
import { DAY_MS, type Licence } from './licence.ts';
import { LicenceError } from './licence-error.ts';
import { openLicence, type SiteWord } from './open-licence.ts';
import type { SiteGrant } from './request.ts';
import type { Status } from './status.ts';

/** What a device may show now, and why (formats/licence.md 4). Each kind has its own words and its own way out. */
export type Verdict =
  | { readonly kind: 'current'; readonly daysLeft: number; readonly expiresAtMs: number }
  | { readonly kind: 'dueSoon'; readonly days: number; readonly expiresAtMs: number }
  /** `by`: what ran out, the date, the hours of use or the number of sessions. */
  | { readonly kind: 'expired'; readonly sinceMs: number; readonly by: 'time' | 'use' | 'sessions' }
  | { readonly kind: 'notYetValid'; readonly fromMs: number }
  | { readonly kind: 'clockUncertain'; readonly hoursLeft: number; readonly by: UncertainBy }
  | { readonly kind: 'suspended'; readonly reason?: string; readonly untilMs?: number }
  | { readonly kind: 'revoked'; readonly reason?: string }
  /** The authorities let nothing as old count any more. */
  | { readonly kind: 'outdated'; readonly what: BelowFloor }
  | { readonly kind: 'wrongDevice' }
  | { readonly kind: 'badSignature' }
  /** What is stored is no licence at all: a damaged disk. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'noLicence' };

/** Days from which the learner is asked to sync. */
export const DUE_SOON_DAYS = 7;
/** Sessions of more than five minutes that one licence gives. */
export const MAX_SESSIONS = 1_000;
/** Days of the regime's daily hours that one licence gives. */
export const BUDGET_DAYS = 31;

const HOUR_MS = 3_600_000;

/** All that a licence is judged by. */
export interface LicenceEvidence extends SiteWord {
  readonly envelope: Envelope | 'unreadable' | undefined;
  /** This device. */
  readonly deviceId: string;
  readonly status: Status | undefined;
  readonly time: TrustedTime;
  readonly budgets: Budgets;
  /** The oldest that still counts, and what this device has. */
  readonly floors?: { readonly least: Floors; readonly device: DeviceVersions } | undefined;
}

/** Judges the licence of this device at this moment. The licence is there whenever its signature and device hold. */
export async function judgeLicence(
  evidence: LicenceEvidence,
): Promise<{ readonly verdict: Verdict; readonly licence?: Licence }> {
  const { envelope, deviceId, time, status, budgets } = evidence;
  if (!envelope) return { verdict: { kind: 'noLicence' } };
  if (envelope === 'unreadable') return { verdict: { kind: 'unreadable' } };
  const licence = await readLicence(envelope, evidence);
  if (!licence) return { verdict: { kind: 'badSignature' } };
  if (licence.deviceId !== deviceId) return { verdict: { kind: 'wrongDevice' } };
  const closed = judgeStatus(deviceId, status, time) ?? judgeAge(licence, evidence);
  return { licence, verdict: closed ?? judgeTime(licence, time, budgets) };
}

/** Whether content may be shown. Work can be handed over whatever the verdict. */
export function mayRead(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case 'current':
    case 'dueSoon':
      return true;
    case 'clockUncertain':
      return verdict.hoursLeft > 0;
    case 'expired':
    case 'notYetValid':
    case 'suspended':
    case 'revoked':
    case 'outdated':
    case 'wrongDevice':
    case 'badSignature':
    case 'unreadable':
    case 'noLicence':
      return false;
  }
}

/** Whether licence and grant both name this capability (formats/licence.md 3.3). Without a grant there is none. */
export function hasCapability(
  licence: Pick<Licence, 'capabilities'> | undefined,
  grant: Pick<SiteGrant, 'capabilities'> | undefined,
  name: string,
): boolean {
  return (licence?.capabilities.includes(name) && grant?.capabilities.includes(name)) ?? false;
}

async function readLicence(envelope: Envelope, word: SiteWord): Promise<Licence | undefined> {
  try {
    return await openLicence(envelope, word);
  } catch (cause) {
    // Whatever is wrong with it, the learner's way out is the same: a new licence at the station.
    if (cause instanceof DsseError || cause instanceof LicenceError || cause instanceof BytesError) return undefined;
    throw cause;
  }
}

function judgeStatus(deviceId: string, status: Status | undefined, time: TrustedTime): Verdict | undefined {
  const revoked = status?.revokedDevices.find((entry) => entry.deviceId === deviceId);
  if (revoked) return { kind: 'revoked', reason: revoked.reason };
  const suspended = status?.suspendedDevices.find(
    (entry) => entry.deviceId === deviceId && (entry.untilMs === null || time.nowMs < entry.untilMs),
  );
  if (!suspended) return undefined;
  const { reason, untilMs } = suspended;
  return untilMs === null ? { kind: 'suspended', reason } : { kind: 'suspended', reason, untilMs };
}

function judgeAge(licence: Licence, { floors }: LicenceEvidence): Verdict | undefined {
  const what = floors && judgeFloors(floors.least, floors.device, licence);
  return what && { kind: 'outdated', what };
}

function judgeTime(licence: Licence, time: TrustedTime, budgets: Budgets): Verdict {
  const { nowMs } = time;
  const { notBeforeMs, expiresAtMs } = licence;
  if (nowMs < notBeforeMs) return { kind: 'notYetValid', fromMs: notBeforeMs };
  // formats/licence.md 4.2: to the millisecond; at `expires` itself it is over
  if (nowMs >= expiresAtMs) return { kind: 'expired', sinceMs: expiresAtMs, by: 'time' };
  const useLeftMs = BUDGET_DAYS * licence.regime.dailyHours * HOUR_MS - budgets.usedMs;
  const sessionsLeft = MAX_SESSIONS - budgets.sessions;
  // formats/licence.md 4.3: a clock set back at every boot runs into these; honest use does not
  if (useLeftMs <= 0) return { kind: 'expired', sinceMs: nowMs, by: 'use' };
  if (sessionsLeft <= 0) return { kind: 'expired', sinceMs: nowMs, by: 'sessions' };
  if (time.certainty === 'uncertain') {
    // formats/licence.md 4.3: whichever runs out first is what the learner is told
    const leftMs = Math.min(expiresAtMs - nowMs, useLeftMs);
    const hoursLeft = Math.min(time.uncertainHoursLeft ?? 0, Math.ceil(leftMs / HOUR_MS));
    return { kind: 'clockUncertain', hoursLeft, by: time.uncertainBy ?? 'behind' };
  }
  const days = Math.min(
    Math.ceil((expiresAtMs - nowMs) / DAY_MS),
    Math.ceil(useLeftMs / (licence.regime.dailyHours * HOUR_MS)),
    Math.ceil((sessionsLeft * BUDGET_DAYS) / MAX_SESSIONS),
  );
  return days <= DUE_SOON_DAYS
    ? { kind: 'dueSoon', days, expiresAtMs }
    : { kind: 'current', daysLeft: days, expiresAtMs };
}
