import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { keyIdOf, keyObjectOf, verifyEd25519 } from '#core/crypto/ed25519.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { hexString, json, object, string } from '#core/json/shape.ts';
import { RepositoryError } from './repository-error.ts';

/** A public key of the metadata, ready to check signatures. */
export interface MetadataKey {
  readonly keyId: string;
  readonly keytype: string;
  readonly scheme: string;
  /** The key object as it was written, which is what the id is the hash of. */
  readonly document: JsonValue;
  /** Whether the signature over these bytes is this key's. Always false for a scheme that this client does not know. */
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

type Verify = MetadataKey['verify'];
/** Reads the `keyval` of one scheme. Throws `ShapeError` if it is not a key of that scheme. */
type SignatureScheme = (keyval: JsonValue, path: string) => Verify;

const ed25519: SignatureScheme = (keyval, path) => {
  const { public: hex } = object({ required: { public: hexString(32) } })(keyval, path);
  const publicKey = fromHex(hex);
  return (message, signature) => verifyEd25519(publicKey, message, signature);
};

/** What this client can check, by `keytype/scheme`. A further scheme is one more line here. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([['ed25519/ed25519', ed25519]]);

const keyShape = object(
  { required: { keytype: string({ maxLength: 64 }), scheme: string({ maxLength: 64 }), keyval: json } },
  { unknownKeys: 'ignore' },
);

/**
 * Reads the `keys` of root or of a delegation. Throws `ShapeError`, or `RepositoryError` `MALFORMED` when an id is not
 * the hash of its key.
 */
export async function parseKeys(
  entries: ReadonlyMap<string, JsonValue>,
  role: string,
): Promise<ReadonlyMap<string, MetadataKey>> {
  const keys = new Map<string, MetadataKey>();
  for (const [keyId, document] of entries) {
    const { keytype, scheme, keyval } = keyShape(document, `keys.${keyId}`);
    // TUF 4.2 and formats/repository.md 2.2: an id that is the key's hash cannot name one key twice, so counting ids
    // counts keys
    if (keyId !== (await sha256Hex(canonicalJson(document)))) throw new RepositoryError({ code: 'MALFORMED', role });
    const known = SCHEMES.get(`${keytype}/${scheme}`);
    const verify: Verify = known ? known(keyval, `keys.${keyId}.keyval`) : async () => false;
    keys.set(keyId, { keyId, keytype, scheme, document, verify });
  }
  return keys;
}

/** The key of a signer, for metadata that is to be written. */
export async function metadataKeyOf(key: Pick<Signer, 'publicKey'>): Promise<MetadataKey> {
  const document = { ...keyObjectOf(key.publicKey) };
  return {
    keyId: await keyIdOf(key.publicKey),
    keytype: document.keytype,
    scheme: document.scheme,
    document,
    verify: (message, signature) => verifyEd25519(key.publicKey, message, signature),
  };
}
