import { randomBytes } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { signerFromSeed } from '#core/crypto/signer.ts';
import type { StationFile } from '../config.ts';
import type { StationKeys } from '../context.ts';
import type { StationSecrets } from './key-file.ts';

const DAY_MS = 86_400_000;
// Longer than a year, so that the next keys can overlap by 70 days.
const KEY_LIFETIME_DAYS = 440;

/** Makes three fresh and distinct keys, and keeps the school's token with them. */
export async function makeSecrets(upstreamToken: string | undefined): Promise<StationSecrets> {
  return {
    ...(upstreamToken === undefined ? {} : { upstreamToken }),
    licenceSeed: randomBytes(32).toString('hex'),
    receiptSeed: randomBytes(32).toString('hex'),
    ageIdentity: await generateX25519Identity(),
  };
}

/** Turns the secrets into signers. */
export async function stationKeys(secrets: StationSecrets): Promise<StationKeys> {
  return {
    licence: await signerFromSeed(seedBytes(secrets.licenceSeed)),
    receipt: await signerFromSeed(seedBytes(secrets.receiptSeed)),
    age: { identity: secrets.ageIdentity, recipient: await identityToRecipient(secrets.ageIdentity) },
  };
}

/**
 * What the authorities sign for this station (`leeslicht programme authorise-station`): its public keys with their
 * purposes and validity, and what the station asks to be allowed.
 */
export function stationPublicFile(
  file: StationFile,
  keys: StationKeys,
  capabilities: readonly string[],
  nowMs: number,
): string {
  // A day of slack: the clocks of a new station and of its devices need not agree to the second.
  const validity = { notBefore: instant(nowMs - DAY_MS), notAfter: instant(nowMs + KEY_LIFETIME_DAYS * DAY_MS) };
  const publicFile = {
    siteId: file.siteId,
    siteName: file.siteName,
    stationName: file.stationName,
    keys: {
      licence: { public: toHex(keys.licence.publicKey), ...validity },
      receipt: { public: toHex(keys.receipt.publicKey), ...validity },
      age: { recipient: keys.age.recipient, ...validity },
    },
    maxLicenceDays: file.licenceDays,
    capabilities,
  };
  return `${JSON.stringify(publicFile, undefined, 2)}\n`;
}

function instant(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

function seedBytes(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
