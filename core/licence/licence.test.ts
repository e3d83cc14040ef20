import { describe, expect, it } from 'vitest';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { signEnvelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { deviceIdOf } from './identifiers.ts';
import {
  coversModule,
  DAY_MS,
  encodeLicence,
  LICENCE_TYPE,
  type Licence,
  licenceHash,
  parseLicence,
} from './licence.ts';
import { judgeHours } from './reading-hours.ts';
import { judgeLicenceRequest, requireAnswers } from './request.ts';
import type { Status } from './status.ts';
import { hasCapability, judgeLicence, type LicenceEvidence, mayRead, type Verdict } from './verdict.ts';

const START = 1_790_000_000_000;
const AGE = `age1${'q'.repeat(58)}`;
const site = await signerFromSeed(new Uint8Array(32).fill(1));
const other = await signerFromSeed(new Uint8Array(32).fill(2));
const device = await signerFromSeed(new Uint8Array(32).fill(3));
const deviceId = await deviceIdOf(device.publicKey);
const key = { public: toHex(site.publicKey), notBeforeMs: START - DAY_MS, notAfterMs: START + 400 * DAY_MS };

const licence: Licence = {
  id: 'ab'.repeat(16),
  serial: 1,
  previous: null,
  deviceId,
  deviceKeys: { signing: toHex(device.publicKey), age: AGE },
  learnerId: 'l-1',
  siteId: 'site-one',
  siteName: 'Site One',
  issuedAtMs: START,
  notBeforeMs: START,
  expiresAtMs: START + 30 * DAY_MS,
  capabilities: ['read', 'write'],
  regime: { dailyHours: 8 },
  modules: ['*'],
  nonce: 'cd'.repeat(16),
  whereToSync: 'Computer room',
};

async function judge(nowMs: number, change: Partial<LicenceEvidence> = {}, changed: Partial<Licence> = {}) {
  const envelope = await signEnvelope(LICENCE_TYPE, encodeLicence({ ...licence, ...changed }), [site]);
  const evidence: LicenceEvidence = {
    envelope,
    licenceKeys: [key],
    deviceId,
    status: undefined,
    time: { nowMs, certainty: 'certain' },
    budgets: { usedMs: 0, sessions: 0 },
    grant: { siteId: 'site-one', maxLicenceDays: 30, capabilities: ['read'] },
    ...change,
  };
  return (await judgeLicence(evidence)).verdict;
}

const status = (change: Partial<Status>): Status => ({
  version: 1,
  revokedDevices: [],
  suspendedDevices: [],
  withdrawn: [],
  ...change,
});

describe('a licence at its edges', () => {
  it('is current on its first day with 30 days left', async () => {
    expect(await judge(START)).toEqual({ kind: 'current', daysLeft: 30, expiresAtMs: licence.expiresAtMs });
  });

  it('still reads at 29 days 23:59:59.999', async () => {
    const verdict = await judge(START + 30 * DAY_MS - 1);
    expect(verdict).toEqual({ kind: 'dueSoon', days: 1, expiresAtMs: licence.expiresAtMs });
    expect(mayRead(verdict)).toBe(true);
  });

  it('is expired at 30 days and 0 milliseconds', async () => {
    const verdict = await judge(START + 30 * DAY_MS);
    expect(verdict).toEqual({ kind: 'expired', sinceMs: licence.expiresAtMs, by: 'time' });
    expect(mayRead(verdict)).toBe(false);
  });

  it('asks to sync from 7 days on', async () => {
    expect((await judge(START + 23 * DAY_MS - 1)).kind).toBe('current');
    expect(await judge(START + 23 * DAY_MS)).toMatchObject({ kind: 'dueSoon', days: 7 });
  });

  it('counts 30 times 24 hours across the night that summer time ends and across a leap day', async () => {
    for (const start of ['2026-10-10T12:00:00Z', '2028-02-15T00:00:00Z', '2027-03-01T23:30:00Z'].map(Date.parse)) {
      const times = { issuedAtMs: start, notBeforeMs: start, expiresAtMs: start + 30 * DAY_MS };
      const wide = { licenceKeys: [{ ...key, notBeforeMs: 0, notAfterMs: 2 * start }] };
      expect((await judge(start + 30 * DAY_MS - 1, wide, times)).kind).toBe('dueSoon');
      expect((await judge(start + 30 * DAY_MS, wide, times)).kind).toBe('expired');
    }
  });

  it('is not yet valid one millisecond before it begins', async () => {
    expect((await judge(START - 1)).kind).toBe('notYetValid');
  });
});

describe('a licence that does not count', () => {
  it('is missing', async () => {
    expect((await judge(START, { envelope: undefined })).kind).toBe('noLicence');
  });

  it('is signed by another key, or by one whose time is over or has not come', async () => {
    const elsewhere = await signEnvelope(LICENCE_TYPE, encodeLicence(licence), [other]);
    expect((await judge(START, { envelope: elsewhere })).kind).toBe('badSignature');
    expect((await judge(START, { licenceKeys: [{ ...key, notAfterMs: START }] })).kind).toBe('badSignature');
    expect((await judge(START, { licenceKeys: [{ ...key, notBeforeMs: START + 1 }] })).kind).toBe('badSignature');
    expect((await judge(START, { licenceKeys: [] })).kind).toBe('badSignature');
  });

  it('is of another device', async () => {
    expect((await judge(START, {}, { deviceId: 'ee'.repeat(16) })).kind).toBe('wrongDevice');
  });

  it('runs longer than 30 days, or longer than the grant, or is of another site', async () => {
    expect((await judge(START, {}, { expiresAtMs: licence.expiresAtMs + 1 })).kind).toBe('badSignature');
    const short = { siteId: 'site-one', maxLicenceDays: 29, capabilities: [] };
    expect((await judge(START, { grant: short })).kind).toBe('badSignature');
    expect((await judge(START, { grant: { ...short, maxLicenceDays: 30, siteId: 'b' } })).kind).toBe('badSignature');
  });

  it('is revoked or suspended by the signed list, before its time is looked at', async () => {
    const revoked = status({ revokedDevices: [{ deviceId, reason: 'lost', revokedAtMs: START }] });
    expect(await judge(START + 99 * DAY_MS, { status: revoked })).toEqual({ kind: 'revoked', reason: 'lost' });
    const untilMs = START + DAY_MS;
    const suspended = status({ suspendedDevices: [{ deviceId, reason: 'x', suspendedAtMs: START, untilMs }] });
    expect(await judge(START, { status: suspended })).toEqual({ kind: 'suspended', reason: 'x', untilMs });
    expect((await judge(untilMs, { status: suspended })).kind).toBe('current');
  });
});

describe('a licence that is used up', () => {
  it('ends after 31 times the daily hours of use', async () => {
    const budget = 31 * 8 * 3_600_000;
    expect(await judge(START, { budgets: { usedMs: budget - 1, sessions: 0 } })).toMatchObject({ days: 1 });
    const over = await judge(START, { budgets: { usedMs: budget, sessions: 0 } });
    expect(over).toEqual({ kind: 'expired', sinceMs: START, by: 'use' });
  });

  it('ends after 1,000 sessions, and the days shown are those of whichever runs out first', async () => {
    expect(await judge(START, { budgets: { usedMs: 0, sessions: 900 } })).toMatchObject({ kind: 'dueSoon', days: 4 });
    const over = await judge(START, { budgets: { usedMs: 0, sessions: 1000 } });
    expect(over).toEqual({ kind: 'expired', sinceMs: START, by: 'sessions' });
  });

  it('reads on with an uncertain clock only while hours are left', async () => {
    const left = (hours: number): Promise<Verdict> =>
      judge(START, { time: { nowMs: START, certainty: 'uncertain', uncertainHoursLeft: hours } });
    expect(mayRead(await left(1))).toBe(true);
    expect(await left(0)).toEqual({ kind: 'clockUncertain', hoursLeft: 0, by: 'behind' });
    expect(mayRead(await left(0))).toBe(false);
    const soon = await judge(licence.expiresAtMs - 3_600_001, {
      time: { nowMs: licence.expiresAtMs - 3_600_001, certainty: 'uncertain', uncertainHoursLeft: 72 },
    });
    expect(soon).toEqual({ kind: 'clockUncertain', hoursLeft: 2, by: 'behind' });
  });
});

describe('reading hours', () => {
  const regime = { dailyHours: 8, readFrom: '07:30', readUntil: '22:00', timeZone: 'Europe/Amsterdam' };
  const at = (instant: string) => judgeHours(regime, Date.parse(instant)).kind;

  it('open and close by local time, in winter, in summer and in the night that the clock changes', () => {
    expect([at('2026-12-01T06:29:59Z'), at('2026-12-01T06:30:00Z')]).toEqual(['closed', 'open']);
    expect([at('2027-07-01T19:59:59Z'), at('2027-07-01T20:00:00Z')]).toEqual(['open', 'closed']);
    expect([at('2027-03-28T05:29:59Z'), at('2027-03-28T05:30:00Z')]).toEqual(['closed', 'open']);
  });

  it('tell when they open, and are always open where the regime names none', () => {
    expect(judgeHours(regime, Date.parse('2026-12-01T00:00:00Z'))).toEqual({
      ...{ kind: 'closed', opensAt: '07:30', closesAt: '22:00' },
    });
    expect(judgeHours({ dailyHours: 8 }, START).kind).toBe('open');
    expect(judgeHours(undefined, START).kind).toBe('open');
  });
});

describe('a licence that says more than a licence may', () => {
  it('revokes, withdraws and floors nothing, and gives nothing by a name that nobody knows', async () => {
    const plain: unknown = JSON.parse(new TextDecoder().decode(encodeLicence(licence)));
    const wild = { revokedDevices: [deviceId], floors: { root: 99 }, withdrawn: ['*'] };
    const payload = new TextEncoder().encode(JSON.stringify(Object.assign({}, plain, wild)));
    const envelope = await signEnvelope(LICENCE_TYPE, payload, [site]);
    expect(await judge(START, { envelope })).toMatchObject({ kind: 'current' });
    const unknown = { ...licence, capabilities: ['root-shell'] };
    expect(hasCapability(unknown, { capabilities: ['read'] }, 'root-shell')).toBe(false);
  });
});

describe('capabilities and modules', () => {
  it('gives only what licence and grant both name', () => {
    expect(hasCapability(licence, { capabilities: ['read'] }, 'read')).toBe(true);
    expect(hasCapability(licence, { capabilities: ['read'] }, 'write')).toBe(false);
    expect(hasCapability(licence, { capabilities: ['x'] }, 'x')).toBe(false);
    expect(hasCapability(licence, undefined, 'read')).toBe(false);
  });

  it('lets a star stand for one part of a path only', () => {
    expect(coversModule(['courses/a/*'], 'courses/a/b.json')).toBe(true);
    expect(coversModule(['courses/*'], 'courses/a/b.json')).toBe(false);
    expect(coversModule(['*'], 'courses/a/b.json')).toBe(true);
  });
});

describe('renewal', () => {
  const asked = {
    nonce: licence.nonce,
    deviceId,
    deviceKeys: licence.deviceKeys,
    held: { serial: 1, hash: 'aa'.repeat(32) },
  };
  const next: Licence = { ...licence, serial: 2, previous: asked.held.hash };

  it('takes the licence that answers the request and follows the one held', () => {
    expect(() => requireAnswers(next, asked)).not.toThrow();
  });

  it.each([
    ['WRONG_NONCE', { nonce: 'ff'.repeat(16) }],
    ['OLDER_SERIAL', { serial: 1 }],
    ['WRONG_PREVIOUS', { previous: 'bb'.repeat(32) }],
    ['WRONG_DEVICE', { deviceId: 'ff'.repeat(16) }],
    ['WRONG_DEVICE_KEYS', { deviceKeys: { ...licence.deviceKeys, signing: 'ff'.repeat(32) } }],
  ])('refuses a licence with %s', (code, change) => {
    expect(() => requireAnswers({ ...next, ...change }, asked)).toThrow(code);
  });

  it('tells a lost answer from a copied device', () => {
    const request = { deviceId, nonce: licence.nonce, sequence: 1, previous: 'aa' };
    expect(judgeLicenceRequest(request, undefined).kind).toBe('next');
    expect(judgeLicenceRequest(request, { hash: 'aa', previous: null, seen: false }).kind).toBe('next');
    expect(judgeLicenceRequest(request, { hash: 'bb', previous: 'aa', seen: false }).kind).toBe('lost');
    expect(judgeLicenceRequest(request, { hash: 'bb', previous: 'aa', seen: true }).kind).toBe('fork');
  });

  it('reads back what it wrote', async () => {
    const envelope = await signEnvelope(LICENCE_TYPE, encodeLicence(licence), [site]);
    const payload = await verifyEnvelope(envelope, { payloadType: LICENCE_TYPE, keys: [site.publicKey] });
    expect(parseLicence(payload)).toEqual(licence);
    expect(await licenceHash(payload)).toMatch(/^[0-9a-f]{64}$/);
  });
});
