import type { StationAuthority } from '#core/licence/authorities.ts';
import type { Device } from '../device-platform.ts';
import { repositoryFetch } from '../sync/run-sync.ts';
import { codeOf } from '../sync/sync-context.ts';
import { refreshTrust } from '../trust/trust.ts';
import { checkPin, createVault } from '../vault/pin-vault.ts';
import { startEnrolment, waitForOfficer } from './enrol.ts';
import { EnrolmentError } from './enrolment-error.ts';

/** Starts an enrolment on this device. The PIN waits in memory until the officer has confirmed. */
export async function startOnDevice(
  device: Device,
  input: { readonly code: string; readonly language: 'nl' | 'en'; readonly pin: string },
): Promise<readonly string[]> {
  const { pin, ...rest } = input;
  return named(async () => {
    if (await device.meta.read('identity')) throw new EnrolmentError({ code: 'ALREADY_ENROLLED' });
    checkPin(pin);
    const words = await startEnrolment(device.meta, device.transport, rest, device.clock.nowMs());
    waitingPins.set(device, pin);
    device.language.value = input.language;
    return words;
  });
}

/**
 * Waits for the officer; then verifies the programme's metadata and licence 1, and opens the vault, whose data key is
 * wrapped for recovery from the start. Safe to call again after a failure.
 */
export async function confirmOnDevice(device: Device, signal: AbortSignal): Promise<'confirmed' | 'refused'> {
  return named(async () => {
    const pin = waitingPins.get(device);
    if (pin === undefined) throw new EnrolmentError({ code: 'NOT_STARTED' });
    const { meta, transport } = device;
    const decision = await waitForOfficer(meta, transport, () => bringStation(device, signal), signal);
    if (decision === 'refused') return decision;
    const vault = await createVault(device.vaultPorts, pin);
    waitingPins.delete(device);
    await device.meta.write({ enrolment: undefined });
    await device.setVault(vault);
    await device.modules.refresh();
    return decision;
  });
}

async function bringStation(device: Device, signal: AbortSignal): Promise<StationAuthority | undefined> {
  const pinned = await device.meta.read('pinned');
  if (!pinned) throw new EnrolmentError({ code: 'NOT_STARTED' });
  const fetch = repositoryFetch(device.transport, signal);
  const trust = await refreshTrust(device.database, pinned, fetch, device.clock.nowMs());
  device.setTrust(trust);
  return trust.station;
}

const waitingPins = new WeakMap<Device, string>();

async function named<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof EnrolmentError || (cause instanceof DOMException && cause.name === 'AbortError')) throw cause;
    throw new EnrolmentError({ code: codeOf(cause), cause });
  }
}
