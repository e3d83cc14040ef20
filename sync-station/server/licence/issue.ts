import { createHash, randomBytes } from 'node:crypto';
import { fromBase64 } from '#core/bytes/base64.ts';
import { toHex } from '#core/bytes/hex.ts';
import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import type { StationAuthority } from '#core/licence/authorities.ts';
import { encodeLicence, LICENCE_TYPE } from '#core/licence/licence.ts';
import type { CompiledPolicy } from '#core/policy/compile.ts';
import type { LicenceRow } from '../../store/licences.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 30;

/** Whom a licence is for; `serial` and `previous` continue the chain. */
export interface LicenceFor {
  readonly deviceId: string;
  readonly signingKey: string;
  readonly ageRecipient: string;
  readonly learnerId: string;
  /** What the policies give, compiled under the grant (`compiledPolicyOf`). */
  readonly policy: CompiledPolicy;
  readonly serial: number;
  readonly previous: string | null;
  readonly nonce: string;
  readonly requestHash: string | null;
}

/**
 * The authorities' grant for this station, checked against the key that this station signs with.
 * Throws DockError NOT_AUTHORISED, because devices would refuse what it signs.
 */
export function requireGrant(context: StationContext): StationAuthority {
  const grant = context.mirror.stationGrant();
  if (!grant || grant.siteId !== context.config.siteId) throw new DockError(503, 'NOT_AUTHORISED');
  if (grant.keys.licence.public !== toHex(context.keys.licence.publicKey)) throw new DockError(503, 'NOT_AUTHORISED');
  const nowMs = context.now();
  const { notBeforeMs, notAfterMs } = grant.keys.licence;
  if (nowMs < notBeforeMs || nowMs >= notAfterMs) throw new DockError(503, 'NOT_AUTHORISED');
  return grant;
}

/**
 * Signs a licence as the policies say and within the grant: no capability beyond it, no longer than it and 30 days.
 * Returns the row to insert. Throws DockError NOT_AUTHORISED.
 */
export async function signLicence(context: StationContext, wanted: LicenceFor): Promise<LicenceRow> {
  const grant = requireGrant(context);
  const granted = new Set(grant.capabilities);
  const days = Math.min(wanted.policy.licenceDays, grant.maxLicenceDays, MAX_DAYS);
  // formats/status-and-authorities.md 5.4: a licence below its floor opens no device
  const serial = Math.max(wanted.serial, context.mirror.floors().licences.get(wanted.deviceId) ?? 0);
  // Licences speak in whole seconds.
  const issuedAtMs = Math.floor(context.now() / 1000) * 1000;
  const expiresAtMs = issuedAtMs + days * DAY_MS;
  const id = randomBytes(16).toString('hex');
  const payload = encodeLicence({
    id,
    serial,
    previous: wanted.previous,
    deviceId: wanted.deviceId,
    deviceKeys: { signing: wanted.signingKey, age: wanted.ageRecipient },
    learnerId: wanted.learnerId,
    siteId: context.config.siteId,
    siteName: context.config.siteName,
    issuedAtMs,
    notBeforeMs: issuedAtMs,
    expiresAtMs,
    capabilities: wanted.policy.capabilities.filter((name) => granted.has(name)),
    regime: { ...wanted.policy.regime, timeZone: context.config.timeZone },
    modules: wanted.policy.modules,
    nonce: wanted.nonce,
    whereToSync: context.config.whereToSync,
  });
  const envelope = await signEnvelope(LICENCE_TYPE, payload, [context.keys.licence]);
  return {
    id,
    deviceId: wanted.deviceId,
    serial,
    previous: wanted.previous,
    payloadHash: payloadHash(envelope),
    requestHash: wanted.requestHash,
    issuedAtMs,
    expiresAtMs,
    envelope: JSON.stringify(envelope),
    seenAtMs: null,
  };
}

/** SHA-256 (hex) of an envelope's payload bytes: what the next licence and its request name as `previous`. */
export function payloadHash(envelope: Envelope): string {
  return createHash('sha256').update(fromBase64(envelope.payload)).digest('hex');
}
