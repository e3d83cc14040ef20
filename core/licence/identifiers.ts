import { keyIdOf } from '#core/crypto/ed25519.ts';
import { hexString, type Shape, string } from '#core/json/shape.ts';

/** 16 random bytes in hex: ids of licences, items, nonces. */
export const id128: Shape<string> = hexString(16);

/** 32 bytes in hex: keys and SHA-256 digests. */
export const hex256: Shape<string> = hexString(32);

/** A site's short name: lower-case letters, digits and hyphens, at most 63. */
export const siteId: Shape<string> = string({ minLength: 1, maxLength: 63, pattern: /^[a-z0-9][a-z0-9-]*$/ });

/** An age X25519 recipient, `age1…` (62 characters). */
export const ageRecipient: Shape<string> = string({ minLength: 62, maxLength: 62, pattern: /^age1[02-9ac-hj-np-z]+$/ });

/** A nonce as the other side chose it: 8 to 64 bytes in hex. */
export const nonce: Shape<string> = string({ minLength: 16, maxLength: 128, pattern: /^(?:[0-9a-f]{2})+$/ });

/** The device's id: the first 32 hex digits of its signing key's fingerprint (formats/licence.md 2.3). */
export async function deviceIdOf(signingKey: Uint8Array): Promise<string> {
  return (await keyIdOf(signingKey)).slice(0, 32);
}
