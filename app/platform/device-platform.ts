import { type Signal, signal } from '@preact/signals';
import { coversModule } from '#core/licence/licence.ts';
import { mayRead } from '#core/licence/verdict.ts';
import { browserClock, type DeviceClock, openDeviceClock } from './clock/device-clock.ts';
import type { DeviceDatabase, DeviceMeta } from './device/device-database.ts';
import { type OpenKeys, openDeviceKeys } from './device/device-keys.ts';
import { type MetaStore, metaStore } from './device/device-meta.ts';
import { judgeStanding } from './device-standing.ts';
import type { Door } from './door.ts';
import { noticesOf } from './evidence/notices.ts';
import { signsOf } from './evidence/signs.ts';
import { holdTab } from './hold-tab.ts';
import { type DeviceModules, deviceModules } from './modules/device-modules.ts';
import type { DeviceState, Language } from './platform.ts';
import { type LearnerRecords, learnerRecords } from './records/learner-records.ts';
import { registerServiceWorker, type WorkerLink } from './service-worker-registration.ts';
import { httpTransport } from './transports/http-transport.ts';
import type { Transport } from './transports/transport.ts';
import { openTrust, type Trust } from './trust/trust.ts';
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

/** Opens the device that lies behind the door. Resolves when it is proved and judged; nothing is fetched. */
export async function openDevice({ database, isEnrolled }: Door, stationOrigin: string): Promise<Device> {
  const meta = metaStore(database);
  const tab = holdTab('leeslicht-clock');
  const [storedLanguage, emptied] = await Promise.all([meta.read('language'), meta.read('emptied')]);
  const clock = await openDeviceClock(meta, browserClock, isEnrolled ? 0 : undefined, tab.isHeld);
  const state: Signal<DeviceState> = signal<DeviceState>({
    phase: isEnrolled ? 'locked' : 'fresh',
    verdict: { kind: 'noLicence' },
    hours: { kind: 'open' },
    capabilities: new Set<string>(),
    updateReady: false,
    ...(emptied ? { emptied: { atMs: emptied.atMs, isTold: emptied.word === null } } : {}),
  });
  const language: Signal<Language> = signal(storedLanguage ?? 'nl');
  const notices = noticesOf(meta);
  let trust: Trust | undefined;
  let vault: OpenVault | undefined;
  let openKeys: OpenKeys | undefined;
  let granted = 'nothing';
  /** What the licence covered when it was judged last. */
  let covered: string | undefined;

  const isReadable = (): boolean => {
    const { phase, verdict, hours } = state.peek();
    return phase === 'open' && mayRead(verdict) && hours.kind === 'open';
  };
  const modules = deviceModules({
    database,
    pinned: () => meta.read('pinned'),
    nowMs: clock.nowMs,
    mayRead: isReadable,
    covers: (path) => coversModule(state.peek().licence?.modules ?? [], path),
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

  modules.damage.subscribe((damage) => {
    if (damage) notices.note('chunk-corrupt', `${damage.path}#${damage.href}`, clock.nowMs());
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
    const [identity, pinned, standing] = await Promise.all([
      meta.read('identity'),
      meta.read('pinned'),
      meta.read('standing'),
    ]);
    if (!held || !identity || !pinned) return;
    const { verdict, licence, hours, capabilities } = await judgeStanding(meta, trust, held.deviceId, clock);
    const signs = signsOf({
      verdict,
      clockMemory: clock.memory(),
      isClockBehind: clock.now().certainty === 'uncertain',
      clockAheadMs: clock.aheadMs(),
      hasLicenceKeys: trust?.station !== undefined,
      isMoved: identity.moved !== undefined,
      isForked: standing === 'forked',
    });
    for (const sign of signs) notices.note(sign, '', clock.nowMs());
    const { updateReady, storage } = state.peek();
    const next: DeviceState = {
      phase: vault ? 'open' : 'locked',
      verdict,
      hours,
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
    const before = state.peek();
    if (fingerprint(next) !== fingerprint(before)) state.value = next;
    // formats/licence.md 4.6: what another licence does not cover closes at once, and what it covers opens
    const covers = licence?.modules.join() ?? '';
    const isOther = covered !== undefined && covered !== covers;
    covered = covers;
    if (isOther) await modules.refresh();
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
      deriveKey: async (...input) => (await import('./vault/derive-key.ts')).deriveInWorker(...input),
      monotonicMs: browserClock.monotonicMs,
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
  // Whatever an earlier page was granted ends before anything else is done.
  await tellWorker();
  const pinned = await meta.read('pinned');
  // A chain that cannot be proved any more leaves no licence keys: the device locks, and the next sync repairs it.
  if (pinned && isEnrolled) trust = await openTrust(database, pinned, clock.nowMs()).catch(() => undefined);
  await refresh();
  // The tick judges too, which it must not do before there is a trust to judge by.
  startTicking(device, tellWorker);
  void modules.refresh().then(tellWorker);
  void measureStorage(state);
  if (emptied?.word) void tellWiped(device, emptied);
  return device;
}

/** A wiped device's word to the station; where that is not to be reached, a later start tells it. */
async function tellWiped(device: Device, emptied: DeviceMeta['emptied']): Promise<void> {
  const { tellEmptied } = await import('./wipe/tell-emptied.ts');
  try {
    const { atMs } = await tellEmptied(device.meta, device.transport, emptied);
    device.state.value = { ...device.state.peek(), emptied: { atMs, isTold: true } };
  } catch (cause) {
    console.error(cause);
  }
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
