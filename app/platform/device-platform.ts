import { type Signal, signal } from '@preact/signals';
import { mayRead } from '#core/licence/verdict.ts';
import { browserClock, type DeviceClock, openDeviceClock } from './clock/device-clock.ts';
import { type DeviceDatabase, openDeviceDatabase } from './device/device-database.ts';
import { type OpenKeys, openDeviceKeys } from './device/device-keys.ts';
import { type MetaStore, metaStore } from './device/device-meta.ts';
import { judgeStanding } from './device-standing.ts';
import { holdTab } from './hold-tab.ts';
import { type DeviceModules, deviceModules } from './modules/device-modules.ts';
import type { DeviceState, Language } from './platform.ts';
import { type LearnerRecords, learnerRecords } from './records/learner-records.ts';
import { registerServiceWorker, type WorkerLink } from './service-worker-registration.ts';
import { httpTransport } from './transports/http-transport.ts';
import type { Transport } from './transports/transport.ts';
import { openTrust, type Trust } from './trust/trust.ts';
import { deriveInWorker } from './vault/derive-key.ts';
import type { OpenVault, VaultPorts } from './vault/pin-vault.ts';

const TICK_MS = 1000;
const GRANT_EVERY_TICKS = 20;

/** Everything of the device that the platform's parts share. */
export interface Device {
  readonly database: DeviceDatabase;
  readonly meta: MetaStore;
  readonly clock: DeviceClock;
  readonly transport: Transport;
  readonly state: Signal<DeviceState>;
  readonly language: Signal<Language>;
  readonly modules: DeviceModules;
  readonly records: LearnerRecords;
  readonly worker: WorkerLink;
  readonly vaultPorts: VaultPorts;
  keys(): Promise<OpenKeys | undefined>;
  trust(): Trust | undefined;
  setTrust(trust: Trust): void;
  vault(): OpenVault | undefined;
  setVault(vault: OpenVault | undefined): Promise<void>;
  /** Judges again and tells screens and service worker. */
  refresh(): Promise<void>;
}

/** Opens the device as it lies in the browser. Nothing is fetched from the station. */
export async function openDevice(stationOrigin: string): Promise<Device> {
  const database = await openDeviceDatabase();
  const meta = metaStore(database);
  const tab = holdTab('leeslicht-clock');
  const hasLicence = (await meta.read('licence')) !== undefined;
  const clock = await openDeviceClock(meta, browserClock, hasLicence ? 0 : undefined, tab.isHeld);
  const state: Signal<DeviceState> = signal<DeviceState>({
    phase: hasLicence ? 'locked' : 'fresh',
    verdict: { kind: 'noLicence' },
    capabilities: new Set<string>(),
    updateReady: false,
  });
  const language: Signal<Language> = signal((await meta.read('language')) ?? 'nl');
  let trust: Trust | undefined;
  let vault: OpenVault | undefined;
  let openKeys: OpenKeys | undefined;
  let granted = 'nothing';

  const isReadable = (): boolean => state.peek().phase === 'open' && mayRead(state.peek().verdict);
  const modules = deviceModules({
    database,
    pinned: () => meta.read('pinned'),
    nowMs: clock.nowMs,
    mayRead: isReadable,
  });
  const records = learnerRecords({
    nowMs: clock.nowMs,
    allows: (name) => isReadable() && state.peek().capabilities.has(name),
  });
  const worker = registerServiceWorker({
    onUpdateReady: () => {
      state.value = { ...state.peek(), updateReady: true };
    },
    onDamage: (damage) => {
      modules.damage.value = damage;
      void modules.refresh();
    },
    onControl: () => {
      granted = 'nothing';
      void tellWorker();
    },
  });

  async function keys(): Promise<OpenKeys | undefined> {
    const stored = openKeys ? undefined : await meta.read('keys');
    if (stored) openKeys = await openDeviceKeys(stored);
    return openKeys;
  }

  /** The worker may serve only what was proved, only while the device is open, and only for a short while. */
  async function tellWorker(): Promise<void> {
    if (!isReadable()) {
      if (granted === 'closed') return;
      granted = 'closed';
      return worker.send({ kind: 'close' });
    }
    const provedKeys = modules.provedKeys();
    granted = provedKeys.join();
    await worker.send({ kind: 'grant', keys: provedKeys, language: language.peek() });
  }

  async function refresh(): Promise<void> {
    const held = await keys();
    const [identity, pinned] = await Promise.all([meta.read('identity'), meta.read('pinned')]);
    if (!held || !identity || !pinned) return;
    const { verdict, licence, capabilities } = await judgeStanding(meta, trust, held.deviceId, clock);
    const { updateReady, storage } = state.peek();
    const next: DeviceState = {
      phase: vault ? 'open' : 'locked',
      verdict,
      capabilities,
      siteName: pinned.siteName,
      learnerLabel: identity.learnerLabel,
      keyLevel: held.level,
      clockWarning: clock.now().certainty === 'uncertain',
      updateReady,
      ...(licence ? { licence, whereToSync: licence.whereToSync } : {}),
      ...(storage ? { storage } : {}),
    };
    // Judged every second: screens hear only of what changed.
    if (fingerprint(next) !== fingerprint(state.peek())) state.value = next;
    const wanted = isReadable() ? modules.provedKeys().join() : 'closed';
    if (granted !== wanted) await tellWorker();
  }

  const device: Device = {
    database,
    meta,
    clock,
    transport: httpTransport(stationOrigin),
    state,
    language,
    modules,
    records,
    worker,
    vaultPorts: {
      meta,
      deriveKey: deriveInWorker,
      nowMs: clock.nowMs,
      recoveryRecipient: () => trust?.recoveryRecipient,
    },
    keys,
    trust: () => trust,
    setTrust(next) {
      trust = next;
    },
    vault: () => vault,
    async setVault(next) {
      vault = next;
      if (next) await records.open(next);
      else records.close();
      await refresh();
    },
    refresh,
  };
  const pinned = await meta.read('pinned');
  // A chain that cannot be proved any more leaves no licence keys: the device locks, and the next sync repairs it.
  if (pinned && hasLicence) trust = await openTrust(database, pinned, clock.nowMs()).catch(() => undefined);
  await refresh();
  startTicking(device, tellWorker);
  void modules.refresh().then(tellWorker);
  void measureStorage(state);
  return device;
}

/** Once a second: counts use, and judges again, so that a licence ends to the second. */
function startTicking(device: Device, tellWorker: () => Promise<void>): void {
  let ticks = 0;
  const tick = (): void => {
    ticks += 1;
    device.clock.tick(document.visibilityState === 'visible' && device.state.peek().phase === 'open');
    const isDue = ticks % GRANT_EVERY_TICKS === 0;
    void device.refresh().then(() => (isDue ? tellWorker() : undefined));
  };
  setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') tick();
    else void device.clock.keep();
  });
}

function fingerprint(state: DeviceState): string {
  return JSON.stringify({ ...state, capabilities: [...state.capabilities] });
}

async function measureStorage(state: Signal<DeviceState>): Promise<void> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  state.value = { ...state.peek(), storage: { usageBytes: usage, quotaBytes: quota } };
}
