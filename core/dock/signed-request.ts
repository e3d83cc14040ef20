import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { BytesError } from '#core/bytes/bytes.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { verifyEd25519 } from '#core/crypto/ed25519.ts';
import type { Signer } from '#core/crypto/signer.ts';
import { deviceIdOf } from '#core/licence/identifiers.ts';
import { DOCK_HEADERS, dockMessage } from './protocol.ts';

/** A request before it is signed, or as it arrived. */
export interface UnsignedRequest {
  readonly receiptKey: string;
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly nonce: string;
}

/** The three headers that a signed request carries (formats/dock-api.md 2.2). */
export async function signDockRequest(request: UnsignedRequest, device: Signer): Promise<Record<string, string>> {
  const signature = await device.sign(await messageOf(request));
  return {
    [DOCK_HEADERS.device]: await deviceIdOf(device.publicKey),
    [DOCK_HEADERS.nonce]: request.nonce,
    [DOCK_HEADERS.signature]: toBase64(signature),
  };
}

/** Whether `signature` (base64) is the device's over this request. The caller checks that the nonce is its own, unused. */
export async function verifyDockRequest(
  request: UnsignedRequest,
  signature: string,
  signingKey: Uint8Array,
): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(signature);
  } catch (cause) {
    // Text that is no base64 is as wrong as any other signature.
    if (cause instanceof BytesError) return false;
    throw cause;
  }
  return verifyEd25519(signingKey, await messageOf(request), bytes);
}

async function messageOf(request: UnsignedRequest) {
  const { body, ...rest } = request;
  return dockMessage({ ...rest, bodySha256: await sha256Hex(body) });
}
