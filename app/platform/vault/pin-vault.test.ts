import { beforeEach, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { MIN_MEMORY_KIB } from '#core/crypto/argon2.ts';
import { sha256 } from '#core/crypto/digest.ts';
import type { DeviceMeta } from '../device/device-database.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { calibratedCost, type DeriveKey } from './derive-key.ts';
import { createVault, unlockVault, type VaultPorts, waitAfter } from './pin-vault.ts';

const PIN = '493817';
const MINUTE = 60_000;
/** Quick, for what is proved here is the waiting; the browser's test derives for real. */
const deriveKey: DeriveKey = async (pin, salt) => ({
  key: await sha256(new Uint8Array([...utf8(pin), ...salt])),
  tookMs: 700,
});
let disk: Map<string, DeviceMeta[keyof DeviceMeta]>;
let ports: VaultPorts;
let openMs = 0;

/** A page that was opened on this disk. */
function openPage(): VaultPorts {
  openMs = 0;
  const vault = (): DeviceMeta['vault'] | undefined => {
    const file = disk.get('vault');
    return typeof file === 'object' && 'wrappedByPin' in file ? file : undefined;
  };
  const read: MetaStore['read'] = async (name) => (name === 'vault' ? asked(name, vault()) : undefined);
  const meta: MetaStore = {
    read,
    write: async (changes) => {
      if (changes.vault) disk.set('vault', changes.vault);
    },
  };
  return { meta, deriveKey, monotonicMs: () => openMs, recoveryRecipient: () => undefined };
}

function asked<K extends keyof DeviceMeta>(name: K, value: DeviceMeta['vault'] | undefined): DeviceMeta[K] | undefined {
  return isOf(name, value) ? value : undefined;
}

function isOf<K extends keyof DeviceMeta>(name: K, value: unknown): value is DeviceMeta[K] {
  return name === 'vault' && value !== undefined;
}

beforeEach(() => {
  disk = new Map();
  ports = openPage();
});

test('waits grow from 15 seconds and are capped at 15 minutes', () => {
  expect([1, 3, 4, 5, 6].map(waitAfter)).toEqual([0, 0, 15_000, 30_000, 60_000]);
  expect([10, 40, 1000].map(waitAfter)).toEqual([15 * MINUTE, 15 * MINUTE, 15 * MINUTE]);
});

test('a wait holds for the right PIN too, and only time with the app open ends it', async () => {
  await createVault(ports, PIN);
  for (let tries = 0; tries < 3; tries += 1) await unlockVault(ports, '111213');
  expect(await unlockVault(ports, '111213')).toEqual({ kind: 'wrong', waitMs: 15_000 });
  openMs += 14_999;
  expect(await unlockVault(ports, PIN)).toEqual({ kind: 'wrong', waitMs: 1 });
  openMs += 1;
  expect(await unlockVault(ports, PIN)).toMatchObject({ kind: 'open' });
});

test('a wait survives a restart and begins again with it', async () => {
  await createVault(ports, PIN);
  for (let tries = 0; tries < 4; tries += 1) await unlockVault(ports, '111213');
  openMs += 14_000;
  ports = openPage();
  expect(await unlockVault(ports, PIN)).toEqual({ kind: 'wrong', waitMs: 15_000 });
  openMs += 15_000;
  expect(await unlockVault(ports, PIN)).toMatchObject({ kind: 'open' });
});

test('a try that the plug was pulled on still counts', async () => {
  await createVault(ports, PIN);
  for (let tries = 0; tries < 3; tries += 1) await unlockVault(ports, '111213');
  const pulled = { ...ports, deriveKey: () => Promise.reject(new Error('no power')) };
  await expect(unlockVault(pulled, '111213')).rejects.toThrow('no power');
  ports = openPage();
  expect(await unlockVault(ports, PIN)).toEqual({ kind: 'wrong', waitMs: 15_000 });
});

test('the cost aims at half a second to a second and never goes below the least', () => {
  expect(calibratedCost(700)).toEqual({ memoryKiB: 65_536, passes: 3 });
  expect(calibratedCost(200).passes).toBe(8);
  expect(calibratedCost(1500)).toEqual({ memoryKiB: 65_536, passes: 2 });
  expect(calibratedCost(60_000)).toEqual({ memoryKiB: MIN_MEMORY_KIB, passes: 1 });
});
