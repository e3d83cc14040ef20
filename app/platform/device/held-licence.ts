import { fromBase64 } from '#core/bytes/base64.ts';
import { utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Envelope, parseEnvelope } from '#core/dsse/dsse.ts';
import type { DeviceMeta } from './device-database.ts';
import type { MetaStore } from './device-meta.ts';

/** What lies on the disk as this device's licence: nothing of it is verified. `unreadable`: it is no envelope. */
export async function heldLicence(meta: MetaStore): Promise<Envelope | 'unreadable' | undefined> {
  const value: unknown = await meta.read('licence');
  if (value === undefined) return undefined;
  try {
    return parseEnvelope(utf8(JSON.stringify(value)));
  } catch {
    // Whatever a damaged disk made of it, it is no licence, and the way out is a new one.
    return 'unreadable';
  }
}

/**
 * The hash that the next request names, and the serial that the next licence must be above. Where the licence itself
 * is damaged or gone, what was noted beside it serves (formats/licence.md 5.5).
 */
export async function licenceHead(meta: MetaStore): Promise<DeviceMeta['licenceHead'] | undefined> {
  const [held, noted] = await Promise.all([heldLicence(meta), meta.read('licenceHead')]);
  if (held === undefined || held === 'unreadable') return noted;
  const hash = await hashOf(held);
  return { hash, serial: noted?.hash === hash ? noted.serial : 0 };
}

/** What to note beside a licence, in the step that keeps it. */
export async function headOf(envelope: Envelope, serial: number): Promise<DeviceMeta['licenceHead']> {
  return { hash: await hashOf(envelope), serial };
}

function hashOf({ payload }: Envelope): Promise<string> {
  return sha256Hex(fromBase64(payload));
}
