import { createHash, randomBytes } from 'node:crypto';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { FastifyInstance } from 'fastify';
import { toBase64 } from '#core/bytes/base64.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { dockMessage } from '#core/dock/protocol.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest } from '#core/enrolment/request.ts';
import type { Item } from '#core/parcel/items.ts';
import { type SealedParcel, sealParcel } from '#core/parcel/seal.ts';
import type { StationKeys } from '../context.ts';

/** A device that speaks the dock protocol with core's own code. */
export interface TestDevice {
  readonly id: string;
  readonly signer: Signer;
  readonly recipient: string;
  readonly nonce: string;
  /** The self-signed enrolment request. */
  request(): ReturnType<typeof signEnvelope>;
  /** The proof that asks for this enrolment's answer. */
  readonly proof: string;
  seal(parcel: {
    sequence: number;
    previous: string | null;
    items?: readonly Item[];
    epoch?: number;
  }): Promise<SealedParcel>;
  /** A signed request; asks for a challenge first. */
  send(app: FastifyInstance, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<TestAnswer>;
}

/** An answer of the dock. */
export interface TestAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The host that a test station answers to. */
export const HOST = '127.0.0.1:8081';

/** Makes a device with fresh keys that talks to the station with these keys. */
export async function makeDevice(station: StationKeys): Promise<TestDevice> {
  const signer = await signerFromSeed(new Uint8Array(randomBytes(32)));
  const recipient = await identityToRecipient(await generateX25519Identity());
  const id = signer.keyId.slice(0, 32);
  const nonce = randomBytes(16).toString('hex');
  const receiptKey = toHex(station.receipt.publicKey);

  async function send(app: FastifyInstance, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) {
    const challenge = await post(app, '/dock/challenge', { deviceId: id });
    const payload =
      body instanceof Uint8Array ? body : new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
    const used = String(JSON.parse(challenge.text).nonce);
    const bodySha256 = await sha256Hex(payload);
    const message = dockMessage({ receiptKey, method, path, bodySha256, nonce: used });
    const answer = await app.inject({
      method,
      url: path,
      headers: {
        host: HOST,
        'content-type': 'application/octet-stream',
        'leeslicht-device': id,
        'leeslicht-nonce': used,
        'leeslicht-signature': toBase64(await signer.sign(message)),
      },
      ...(body === undefined ? {} : { payload: Buffer.from(payload) }),
    });
    return { status: answer.statusCode, text: answer.body, headers: answer.headers };
  }

  return {
    id,
    signer,
    recipient,
    nonce,
    proof: createHash('sha256').update(Buffer.from(nonce, 'hex')).digest('hex'),
    request: () =>
      signEnvelope(
        ENROLMENT_REQUEST_TYPE,
        encodeEnrolmentRequest({
          signingKey: toHex(signer.publicKey),
          ageRecipient: recipient,
          deviceNonce: nonce,
          rootSha256: 'ab'.repeat(32),
          keyLevel: 'non-extractable',
          language: 'nl',
          userAgent: 'test',
        }),
        [signer],
      ),
    seal: ({ sequence, previous, items, epoch }) =>
      sealParcel({
        address: {
          direction: 'up',
          from: signer.keyId,
          to: station.receipt.keyId,
          siteId: 'site-one',
          deviceId: id,
          deviceEpoch: epoch ?? 1,
          stationEpoch: 1,
          sequence,
          previous,
        },
        items: items ?? [{ kind: 'message', id: randomBytes(16).toString('hex'), createdAtMs: 1, text: 'hello' }],
        attachments: new Map(),
        signer,
        recipient: station.age.recipient,
      }),
    send,
  };
}

/** An unsigned POST. */
export async function post(app: FastifyInstance, path: string, body: unknown): Promise<TestAnswer> {
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
}
