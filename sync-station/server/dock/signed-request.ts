import type { FastifyReply, FastifyRequest } from 'fastify';
import { fromBase64 } from '#core/bytes/base64.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { verifyEd25519 } from '#core/crypto/ed25519.ts';
import { dockMessage } from '#core/dock/protocol.ts';
import type { Shape } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import type { StationContext } from '../context.ts';
import { DockError } from '../http/dock-error.ts';
import type { Nonces } from './nonces.ts';

/** A request that the named device signed over this station, method, path, body and an unused nonce. */
export interface SignedRequest {
  readonly device: Device;
  readonly body: Uint8Array;
}

/**
 * Verifies the three dock headers and puts the next nonce on the answer.
 * Throws DockError UNKNOWN_DEVICE, BAD_NONCE or BAD_SIGNATURE.
 */
export async function verifySigned(
  context: StationContext,
  nonces: Nonces,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignedRequest> {
  const deviceId = header(request, 'leeslicht-device');
  const nonce = header(request, 'leeslicht-nonce');
  const signature = header(request, 'leeslicht-signature');
  const device = await findDevice(context.db, deviceId);
  if (!device) throw new DockError(401, 'UNKNOWN_DEVICE');
  if (!nonces.use(device.id, nonce)) throw new DockError(401, 'BAD_NONCE');
  const body = bodyBytes(request);
  const message = dockMessage({
    receiptKey: toHex(context.keys.receipt.publicKey),
    method: request.method,
    path: request.raw.url ?? '',
    bodySha256: await sha256Hex(body),
    nonce,
  });
  if (!(await isSignedBy(device, message, signature))) throw new DockError(401, 'BAD_SIGNATURE');
  reply.header('leeslicht-next-nonce', nonces.issue(device.id));
  return { device, body };
}

/** Reads a JSON body. Throws DockError BAD_REQUEST. */
export function readBody<T>(body: Uint8Array, shape: Shape<T>): T {
  try {
    return shape(parseJson(body, { maxBytes: 256 * 1024 }), '');
  } catch (cause) {
    throw new DockError(400, 'BAD_REQUEST', cause);
  }
}

/** The raw body; the dock's parsers leave every body as bytes. */
export function bodyBytes(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

async function isSignedBy(device: Device, message: Uint8Array, signature: string): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(signature);
  } catch {
    // Not base64: as wrong as any other signature.
    return false;
  }
  return verifyEd25519(fromHex(device.signingKey), message, bytes);
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  if (typeof value !== 'string' || value.length > 200) throw new DockError(400, 'BAD_REQUEST');
  return value;
}
