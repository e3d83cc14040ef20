import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { normaliseCode } from '#core/enrolment/code.ts';
import { type Report, signReport } from '#core/evidence/report.ts';
import { addDevice } from '../testing/add-device.ts';
import { openTestStation, TEST_SECRETS, type TestStation } from '../testing/open-test-station.ts';
import { openTestDesk, type TestDesk } from '../testing/test-desk.ts';
import { makeDevice, type TestDevice } from '../testing/test-device.ts';

let folder = '';
let station: TestStation;
let desk: TestDesk;
let device: TestDevice;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leeslicht-report-'));
  station = await openTestStation(folder, TEST_SECRETS);
  desk = await openTestDesk(station);
  device = await makeDevice(station.context.keys);
  await addDevice(station.context.db, device);
});
afterEach(async () => {
  await desk.app.close();
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const pathOf = (what: string, by = device) => `/security/devices/${by.id}/${what}`;

async function giveNumber(by = device): Promise<string> {
  const { number } = (await desk.post('security', pathOf('checks', by))).json();
  return normaliseCode(number) ?? '';
}

async function read(check: string | null, change: Partial<Report> = {}, by = device) {
  const report: Report = {
    ...{ deviceId: device.id, check, madeAtMs: station.clock.nowMs, wallMs: station.clock.nowMs, verdict: 'expired' },
    ...{ licence: null, deviceEpoch: 1, older: 0 },
    events: [{ code: 'clock-edited', detail: '', atMs: station.clock.nowMs - 5_000, times: 1 }],
    ...change,
  };
  return desk.post('security', pathOf('report'), { text: await signReport(report, by.signer) });
}

const looks = async () => (await desk.get('security', `/security/devices/${device.id}`)).json().looks;

test('a report for the number of the moment is new, once; what it says must be looked at, once', async () => {
  expect((await desk.post('tutor', pathOf('checks'))).status).toBe(403);
  const number = await giveNumber();
  expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
  const answer = (await read(number)).json();
  expect(answer).toMatchObject({ isNew: true, verdict: 'expired', events: [{ code: 'clock-edited' }] });
  expect((await read(number)).json()).toMatchObject({ isNew: false });
  const [look, ...more] = await looks();
  expect([look?.code, more]).toEqual(['clock-edited', []]);

  await desk.post('security', pathOf('looked'), { upTo: look.id, note: 'New battery' });
  const happenedMs = station.clock.nowMs - 5_000;
  await read(null);
  expect(await looks()).toEqual([]);
  // It happened once more since.
  station.clock.nowMs += 60_000;
  const event = { code: 'clock-edited', detail: '', atMs: happenedMs + 30_000, times: 2 };
  await read(null, { events: [event] });
  expect(await looks()).toHaveLength(1);
  const { entries } = (await desk.get('security', '/security/audit')).json();
  const acts = entries.map(({ act }: { act: string }) => act).filter((act: string) => /check|report/.test(act));
  expect(acts).toEqual(['report-read', 'report-read', 'report-read', 'report-read', 'check-opened']);
});

test('a number is for one device, and for half an hour', async () => {
  const other = await makeDevice(station.context.keys);
  await addDevice(station.context.db, other);
  expect((await read(await giveNumber(other))).json()).toMatchObject({ isNew: false });
  const number = await giveNumber();
  station.clock.nowMs += 20 * 60_000;
  // The officer is still at the desk.
  await looks();
  station.clock.nowMs += 10 * 60_000;
  expect((await read(number)).json()).toMatchObject({ isNew: false });
});

test('what this device did not sign is not believed, and notes nothing', async () => {
  const other = await makeDevice(station.context.keys);
  const number = await giveNumber();
  expect((await read(number, {}, other)).json()).toEqual({ error: 'FOREIGN_REPORT' });
  expect((await read(number, { deviceId: other.id })).json()).toEqual({ error: 'FOREIGN_REPORT' });
  expect((await desk.post('security', pathOf('report'), { text: 'LEES1.hello' })).json()).toEqual({
    error: 'NO_REPORT',
  });
  expect(await looks()).toEqual([]);
  // A refused one uses no number up.
  expect((await read(number)).json()).toMatchObject({ isNew: true });
});

test('codes that nobody knows are shown, and make no work', async () => {
  const event = { code: 'device-revoked', detail: '', atMs: 0, times: 1 };
  expect((await read(null, { events: [event] })).json().events).toEqual([event]);
  expect(await looks()).toEqual([]);
});
