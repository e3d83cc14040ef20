import { describe, expect, it } from 'vitest';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { MAX_REPORT_EVENTS, openReport, type Report, type ReportEvent, signReport } from './report.ts';

const device = await signerFromSeed(new Uint8Array(32).fill(6));
const other = await signerFromSeed(new Uint8Array(32).fill(7));
const AT_MS = 1_790_000_000_000;
const event = (n: number): ReportEvent => ({ code: 'chunk-corrupt', detail: `page ${n}`, atMs: AT_MS, times: n });
const report: Report = {
  deviceId: device.keyId.slice(0, 32),
  check: '7K3M9QX2TB',
  madeAtMs: AT_MS,
  wallMs: AT_MS + 86_400_000,
  verdict: 'clockUncertain',
  licence: { serial: 4, expiresAtMs: AT_MS + 1000 },
  deviceEpoch: 1,
  events: [event(2), event(1)],
  older: 0,
};

describe('a report', () => {
  it('comes out as it was signed, also broken over lines', async () => {
    const text = await signReport(report, device);
    expect(text).toMatch(/^LEES1(\.[A-Za-z0-9_-]+){2}$/);
    expect(await openReport(text, device.publicKey)).toEqual(report);
    const wrapped = ` ${text.replace(/(.{60})/g, '$1\r\n')}\n`;
    expect(await openReport(wrapped, device.publicKey)).toEqual(report);
    const bare: Report = { ...report, check: null, licence: null, events: [] };
    expect(await openReport(await signReport(bare, device), device.publicKey)).toEqual(bare);
  });

  it('has room in one picture: the newest events with short details, and the number of the others', async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ ...event(n + 1), detail: `${n} ${'x'.repeat(500)}` }));
    const text = await signReport({ ...report, events: many }, device);
    // A QR code of version 40 at level L holds 2,953 bytes.
    expect(text.length).toBeLessThan(2_953);
    const read = await openReport(text, device.publicKey);
    expect([read.events.length, read.older]).toEqual([MAX_REPORT_EVENTS, 50 - MAX_REPORT_EVENTS]);
    expect(read.events[0]?.detail.startsWith('0 xxx')).toBe(true);
  });

  it('is refused when one letter of it is another, when another device signed it, or speaks in its name', async () => {
    const text = await signReport(report, device);
    const at = text.indexOf('.') + 12;
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    await expect(openReport(changed, device.publicKey)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    await expect(openReport(text, other.publicKey)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    const borrowed = await signReport(report, other);
    await expect(openReport(borrowed, other.publicKey)).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
  });

  it.each(['', 'LEES1', 'LEES1.e30', 'LEES2.e30.e30', 'LEES1.e30.e30.e30', 'LEES1.!.e30', 'x'.repeat(20_000)])(
    'is not %.30s',
    async (text) => {
      await expect(openReport(text, device.publicKey)).rejects.toMatchObject({ code: 'MALFORMED' });
    },
  );
});
