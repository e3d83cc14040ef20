import { type Report, signReport } from '#core/evidence/report.ts';
import type { Device } from '../device-platform.ts';
import type { MadeReport } from '../platform.ts';
import { SyncError } from '../sync/sync-context.ts';

/** Signs what this device noticed and how it stands; needs no PIN. Throws SyncError NOT_ENROLLED. */
export async function makeReport(device: Device, check: string | null): Promise<MadeReport> {
  const { meta, clock, state } = device;
  const [keys, identity, noticed] = await Promise.all([device.keys(), meta.read('identity'), meta.read('noticed')]);
  if (!keys || !identity) throw new SyncError({ code: 'NOT_ENROLLED' });
  const { verdict, licence } = state.peek();
  const report: Report = {
    deviceId: keys.deviceId,
    check,
    madeAtMs: wholeSeconds(clock.nowMs()),
    wallMs: wholeSeconds(Date.now()),
    verdict: verdict.kind,
    licence: licence ? { serial: licence.serial, expiresAtMs: licence.expiresAtMs } : null,
    deviceEpoch: identity.deviceEpoch,
    events: (noticed ?? [])
      .map(({ code, detail, atMs, times }) => ({ code, detail, atMs: wholeSeconds(atMs), times }))
      .reverse(),
    older: 0,
  };
  return { report, text: await signReport(report, keys.signer) };
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
