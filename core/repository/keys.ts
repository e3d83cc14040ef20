import { fromUtf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { ed25519Verifier, keyIdOf, keyObjectOf } from '#core/crypto/ed25519.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import { isJsonObject, type JsonValue } from '#core/json/json-value.ts';
import { json, object, string } from '#core/json/shape.ts';
import type { MetadataVerifiers, VerifySignature } from './profile.ts';

/** A public key of the metadata, ready to check signatures. */
export interface MetadataKey {
  readonly keyId: string;
  readonly keytype: string;
  readonly scheme: string;
  /** The key object as it was written, which is what the id is the hash of. */
  readonly document: JsonValue;
  /** The part of the document that makes the key what it is: the same for two ids of one key. */
  readonly material: string;
  /** Always false for a scheme that this client does not know, and for a key whose id is not its hash. */
  readonly verify: VerifySignature;
}

const keyShape = object(
  { required: { keytype: string({ maxLength: 64 }), scheme: string({ maxLength: 64 }), keyval: json } },
  { unknownKeys: 'ignore' },
);

/** Reads the `keys` of root or of a delegation. Throws `ShapeError`. */
export function parseKeys(
  entries: ReadonlyMap<string, JsonValue>,
  verifiers: MetadataVerifiers,
): ReadonlyMap<string, MetadataKey> {
  const keys = new Map<string, MetadataKey>();
  for (const [keyId, document] of entries) {
    const { keytype, scheme, keyval } = keyShape(document, `keys.${keyId}`);
    const known = verifiers.get(`${keytype}/${scheme}`);
    const verify = known ? ifNamedByHash(keyId, document, known(keyval, `keys.${keyId}.keyval`)) : never;
    keys.set(keyId, { keyId, keytype, scheme, document, material: materialOf(keyval), verify });
  }
  return keys;
}

const never: VerifySignature = async () => false;

/**
 * TUF 4.3 KEYID: "Clients MUST calculate each KEYID to verify this is correct for the associated key". It is done when a
 * key is first asked: a key that nobody asks vouches for nothing, and a programme has hundreds.
 */
function ifNamedByHash(keyId: string, document: JsonValue, verify: VerifySignature): VerifySignature {
  let isNamedByHash: Promise<boolean> | undefined;
  return async (message, signature) => {
    isNamedByHash ??= sha256Hex(canonicalJson(document)).then((hash) => hash === keyId);
    return (await isNamedByHash) && verify(message, signature);
  };
}

/** The key of a signer, for metadata that is to be written. */
export async function metadataKeyOf(key: Pick<Signer, 'publicKey'>): Promise<MetadataKey> {
  const document = { ...keyObjectOf(key.publicKey) };
  const { keytype, scheme, keyval } = document;
  const verify = ed25519Verifier(key.publicKey);
  return { keyId: await keyIdOf(key.publicKey), keytype, scheme, document, material: materialOf(keyval), verify };
}

function materialOf(keyval: JsonValue): string {
  const text = isJsonObject(keyval) ? keyval['public'] : undefined;
  // PEM may break its lines anywhere.
  return typeof text === 'string' ? text.replace(/\s/g, '') : fromUtf8(canonicalJson(keyval));
}
