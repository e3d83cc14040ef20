import { fromHex } from '#core/bytes/hex.ts';
import { ed25519Verifier } from '#core/crypto/ed25519.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { hexString, object } from '#core/json/shape.ts';

/** Whether the signature over these bytes was made with the secret of one key. */
export type VerifySignature = (message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/** Reads the `keyval` of one scheme. Throws `ShapeError` if it is not a key of that scheme. */
export type SignatureScheme = (keyval: JsonValue, path: string) => VerifySignature;

/** The signatures that a client can check, by `keytype/scheme` (TUF 4.2.2). A key of another scheme never counts. */
export type MetadataVerifiers = ReadonlyMap<string, SignatureScheme>;

/**
 * What a client takes for sound metadata. TUF 1.0.34 leaves much to whoever adopts it: `specification` accepts all that
 * it allows, `leeslicht` only what formats/repository.md says on top (house-rules.ts).
 */
export interface Profile {
  readonly rules: 'leeslicht' | 'specification';
  readonly verifiers: MetadataVerifiers;
}

const ed25519: SignatureScheme = (keyval, path) => {
  const { public: hex } = object({ required: { public: hexString(32) } }, { unknownKeys: 'ignore' })(keyval, path);
  return ed25519Verifier(fromHex(hex));
};

/** formats/repository.md 2.1: the one scheme of our own repositories. */
export const ED25519_ONLY: MetadataVerifiers = new Map([['ed25519/ed25519', ed25519]]);

/** Devices, stations and the packager. */
export const LEESLICHT: Profile = { rules: 'leeslicht', verifiers: ED25519_ONLY };
