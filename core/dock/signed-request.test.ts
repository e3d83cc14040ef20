import { expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { signerFromSeed } from '#core/crypto/signer.ts';
import { DOCK_HEADERS, dockMessage, helloAnswer } from './protocol.ts';
import { signDockRequest, verifyDockRequest } from './signed-request.ts';

const device = await signerFromSeed(new Uint8Array(32).fill(3));
const other = await signerFromSeed(new Uint8Array(32).fill(4));
const request = {
  receiptKey: toHex(other.publicKey),
  method: 'PUT',
  path: '/dock/parcels/ab',
  body: utf8('parcel'),
  nonce: 'ab'.repeat(16),
};

it('signs station, method, path, body hash and nonce, line by line', () => {
  const message = dockMessage({ receiptKey: 'k', method: 'get', path: '/p', bodySha256: 'h', nonce: 'n' });
  expect(fromUtf8(message)).toBe('leeslicht-dock-v1\nk\nGET\n/p\nh\nn');
});

it('holds for the request that was signed, and for no other', async () => {
  const headers = await signDockRequest(request, device);
  const signature = headers[DOCK_HEADERS.signature] ?? '';
  expect(headers[DOCK_HEADERS.device]).toBe(device.keyId.slice(0, 32));
  expect(await verifyDockRequest(request, signature, device.publicKey)).toBe(true);
  expect(await verifyDockRequest(request, signature, other.publicKey)).toBe(false);
  expect(await verifyDockRequest(request, 'no base64', device.publicKey)).toBe(false);
  for (const change of [
    { receiptKey: toHex(device.publicKey) },
    { method: 'POST' },
    { path: '/dock/parcels/ac' },
    { body: utf8('parcel2') },
    { nonce: 'ac'.repeat(16) },
  ]) {
    expect(await verifyDockRequest({ ...request, ...change }, signature, device.publicKey)).toBe(false);
  }
});

it('refuses an answer to hello without signed time', () => {
  expect(() => helloAnswer({ device: 'ok', expectedSequence: 1, missing: [], down: [], reoffer: false }, '')).toThrow();
});
