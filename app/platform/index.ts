import type { Device } from './device-platform.ts';
import { openDevice } from './device-platform.ts';
import type { Door } from './door.ts';
import type { DeskAnswer } from './orders/ask-desk.ts';
import type { Enrolment, Platform, Vault } from './platform.ts';
import type { Sync, SyncEvent } from './sync/sync-event.ts';
import { VaultError } from './vault/vault-error.ts';

export * from './platform.ts';
export * from './records/records.ts';
export * from './sync/sync-event.ts';

/**
 * Opens this device for the screens behind the door: keys, clock, trust, modules; records and crypto of parcels are
 * loaded when first needed. Registers the service worker.
 * @param options `stationOrigin`: where the dock answers; the app's own origin unless told
 */
export async function createPlatform(door: Door, options: { readonly stationOrigin?: string } = {}): Promise<Platform> {
  const device = await openDevice(door, options.stationOrigin ?? location.origin);
  return {
    state: device.state,
    language: device.language,
    modules: device.modules,
    records: device.records,
    enrolment: enrolmentOf(device),
    vault: vaultOf(device),
    sync: syncOf(device),
    updates: { apply: () => device.worker.applyUpdate() },
    async report(check) {
      const { makeReport } = await import('./evidence/make-report.ts');
      return makeReport(device, check);
    },
    async presence() {
      const { askPresence } = await import('./sync/open-sync.ts');
      return askPresence(device);
    },
    async setLanguage(language) {
      device.language.value = language;
      await device.meta.write({ language });
    },
  };
}

function enrolmentOf(device: Device): Enrolment {
  return {
    async start(code, language, pin) {
      const { startOnDevice } = await import('./enrolment/enrol-device.ts');
      return { words: await startOnDevice(device, { code, language, pin }) };
    },
    async waitForConfirmation(signal) {
      const { confirmOnDevice } = await import('./enrolment/enrol-device.ts');
      return confirmOnDevice(device, signal);
    },
  };
}

function vaultOf(device: Device): Vault {
  let allowed: DeskAnswer = 'nothing';
  return {
    async unlock(pin) {
      const { unlockVault } = await import('./vault/pin-vault.ts');
      const answer = await unlockVault(device.vaultPorts, pin);
      if (answer.kind === 'wrong') return answer;
      await device.setVault(answer.vault);
      // The pages that this opens may be asked for at once: the worker must know them first.
      await device.modules.refresh();
      await device.refresh();
      return 'open';
    },
    lock: () => void device.setVault(undefined),
    async changePin(oldPin, newPin) {
      const { changePin } = await import('./vault/pin-vault.ts');
      await changePin(device.vaultPorts, oldPin, newPin);
    },
    async askDesk() {
      const { askDesk } = await import('./orders/ask-desk.ts');
      allowed = await askDesk(device);
      return typeof allowed === 'string' ? allowed : allowed.kind;
    },
    async chooseNewPin(pin) {
      const { chooseNewPin } = await import('./orders/ask-desk.ts');
      if (typeof allowed === 'string' || allowed.kind !== 'newPin') throw new VaultError({ code: 'NOT_ALLOWED' });
      await chooseNewPin(device, allowed.grant, pin);
      allowed = 'nothing';
      await device.modules.refresh();
      await device.refresh();
    },
    async wipeClosed() {
      const { wipeClosed } = await import('./orders/ask-desk.ts');
      if (typeof allowed === 'string' || allowed.kind !== 'mayWipe') throw new VaultError({ code: 'NOT_ALLOWED' });
      await wipeClosed(device, allowed.orderId);
      // formats/orders.md 4.4: the start of the device wipes
      location.reload();
    },
  };
}

function syncOf(device: Device): Sync {
  return {
    async *run(signal): AsyncGenerator<SyncEvent, void, undefined> {
      const { syncDevice } = await import('./sync/open-sync.ts');
      yield* syncDevice(device, signal ?? new AbortController().signal);
    },
  };
}
