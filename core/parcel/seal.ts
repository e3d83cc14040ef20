import { type Bytes, equalBytes, utf8 } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import { canonicalJson } from '#core/json/canonical-json.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { array, json, object, type Shape, ShapeError } from '#core/json/shape.ts';
import { JsonError, parseJson } from '#core/json/strict-json.ts';
import { type AgeIdentity, ageDecrypt, ageEncrypt } from './age.ts';
import { packArchive, unpackArchive } from './archive.ts';
import {
  encodeHeader,
  type Header,
  type HeaderFields,
  headerFieldsOf,
  headerFieldsShape,
  PARCEL_HEADER_TYPE,
  parcelIdOf,
} from './header.ts';
import {
  attachmentOf,
  type DownItem,
  downItemsShape,
  type Item,
  MAX_ITEMS,
  type UpItem,
  upItemsShape,
} from './items.ts';
import { ParcelError, type ParcelErrorCode } from './parcel-error.ts';
import { joinParcel, type OpenedHeader } from './parcel-file.ts';

const MANIFEST = 'manifest.json';

/** A sealed parcel: `bytes` is the file that travels, and is stored strictly before it does. */
export interface SealedParcel {
  readonly id: string;
  readonly header: Header;
  readonly bytes: Bytes;
}

/** What was in a parcel, its header already compared with the encrypted manifest. */
export type ParcelContents =
  | { readonly direction: 'up'; readonly items: readonly UpItem[]; readonly attachments: ReadonlyMap<string, Bytes> }
  | {
      readonly direction: 'down';
      readonly items: readonly DownItem[];
      readonly attachments: ReadonlyMap<string, Bytes>;
    };

/**
 * Seals a parcel once: age is randomised, so sealing again makes another parcel. `signer` must be the key that
 * `address.from` names. Throws ParcelError TOO_LARGE, BAD_ARCHIVE, BAD_RECIPIENT or WRONG_SENDER.
 */
export async function sealParcel(parcel: {
  readonly address: HeaderFields;
  readonly items: readonly Item[];
  readonly attachments: ReadonlyMap<string, Uint8Array>;
  readonly signer: Signer;
  /** `age1…` of the receiver. */
  readonly recipient: string;
}): Promise<SealedParcel> {
  const { items, attachments, signer, recipient } = parcel;
  const address = headerFieldsOf(parcel.address);
  // formats/parcel.md 2.3: nobody signs in another's name
  if (address.from !== signer.keyId) throw new ParcelError({ code: 'WRONG_SENDER' });
  const manifest = utf8(JSON.stringify({ header: address, items }));
  const archive = packArchive(new Map([[MANIFEST, manifest], ...attachments]));
  const ciphertext = await ageEncrypt(archive, recipient);
  const header = { ...address, length: ciphertext.length, ciphertextSha256: await sha256Hex(ciphertext) };
  const payload = encodeHeader(header);
  const envelope = await signEnvelope(PARCEL_HEADER_TYPE, payload, [signer]);
  return { id: await parcelIdOf(payload), header, bytes: joinParcel(envelope, ciphertext) };
}

const manifestShape = object({
  required: { header: headerFieldsShape, items: array(json, { max: MAX_ITEMS }) },
});

/**
 * Opens a parcel whose header was checked. formats/parcel.md 3.4: any difference between the signed header and the
 * encrypted manifest is refused, so nobody can sign another's ciphertext as their own.
 * Throws ParcelError BAD_AGE_HEADER, CANNOT_DECRYPT, BAD_ARCHIVE, MALFORMED, BAD_ITEM,
 * MISSING_ATTACHMENT or HEADER_DIFFERS.
 */
export async function openContents(opened: OpenedHeader, identity: AgeIdentity): Promise<ParcelContents> {
  const files = unpackArchive(await ageDecrypt(opened.ciphertext, identity));
  const manifest = files.get(MANIFEST);
  if (!manifest) throw new ParcelError({ code: 'BAD_ARCHIVE' });
  const { header, items } = readManifest(manifest);
  const address = headerFieldsOf(opened.header);
  if (!equalBytes(canonicalJson({ ...header }), canonicalJson({ ...address }))) {
    throw new ParcelError({ code: 'HEADER_DIFFERS' });
  }
  const attachments = new Map([...files].filter(([name]) => name !== MANIFEST));
  const contents = readItems(address.direction, items, attachments);
  for (const item of contents.items) {
    const name = attachmentOf(item);
    if (name !== undefined && !attachments.has(name)) throw new ParcelError({ code: 'MISSING_ATTACHMENT' });
  }
  return contents;
}

function readManifest(bytes: Bytes): ReturnType<typeof manifestShape> {
  return readAs('MALFORMED', () => manifestShape(parseJson(bytes, { maxBytes: 16 * 1024 * 1024 }), MANIFEST));
}

function readItems(
  direction: 'up' | 'down',
  values: readonly JsonValue[],
  attachments: ReadonlyMap<string, Bytes>,
): ParcelContents {
  const read = <T>(shape: Shape<T>): T => readAs('BAD_ITEM', () => shape(values, 'items'));
  return direction === 'up'
    ? { direction, attachments, items: read(upItemsShape) }
    : { direction, attachments, items: read(downItemsShape) };
}

function readAs<T>(code: ParcelErrorCode, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof ShapeError || cause instanceof JsonError) throw new ParcelError({ code, cause });
    throw cause;
  }
}
