import { toBase64 } from '#core/bytes/base64.ts';
import { type Bytes, utf8 } from '#core/bytes/bytes.ts';
import { toHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import {
  challengeAnswer,
  dockMessage,
  type EnrolmentAnswer,
  type EnrolmentStateAnswer,
  enrolmentAnswer,
  enrolmentStateAnswer,
  errorAnswer,
  type InfoAnswer,
  infoAnswer,
} from '#core/dock/protocol.ts';
import type { Shape } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import type { OpenKeys } from '../device/device-keys.ts';
import type { Transport, TransportAnswer } from './transport.ts';

const MAX_ANSWER_BYTES = 1024 * 1024;
const JSON_HEADERS = { 'content-type': 'application/json' };

/** The station said no. `code` is its own word: `WRONG_CODE`, `REVOKED`, `DISK_RESERVE` … */
export class DockError extends Error {
  override readonly name = 'DockError';
  readonly code: string;
  readonly status: number;

  constructor(options: { code: string; status: number; cause?: unknown }) {
    super(`${options.code} (${options.status})`, { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
  }
}

/** The part of the dock that anyone may ask. */
export interface OpenDock {
  info(): Promise<InfoAnswer>;
  enrol(code: string, request: object): Promise<EnrolmentAnswer>;
  enrolmentState(id: string, proof: string, signal: AbortSignal): Promise<EnrolmentStateAnswer>;
}

/** Signed messages of one device to one station, each over a nonce of the station. */
export interface SignedDock {
  /** The answer, whatever its status. A new nonce comes with every answer; the first is asked for. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, body: Bytes, maxBytes?: number): Promise<TransportAnswer>;
  /** The body of a good answer, read. Throws DockError for any other. */
  ask<T>(path: string, body: object, shape: Shape<T>): Promise<T>;
}

/** Questions that need no signature. */
export function openDock(transport: Transport): OpenDock {
  return {
    info: async () => read(await transport.send({ method: 'GET', path: '/dock/info' }, MAX_ANSWER_BYTES), infoAnswer),
    enrol: async (code, request) => read(await post(transport, '/dock/enrolments', { code, request }), enrolmentAnswer),
    async enrolmentState(id, proof, signal) {
      const path = `/dock/enrolments/${id}?proof=${proof}`;
      return read(await transport.send({ method: 'GET', path }, MAX_ANSWER_BYTES, signal), enrolmentStateAnswer);
    },
  };
}

/** Questions that the device signs, bound to the station whose receipt key it pinned. */
export function signedDock(
  transport: Transport,
  keys: OpenKeys,
  receiptKey: Uint8Array,
  signal?: AbortSignal,
): SignedDock {
  let nextNonce: string | undefined;

  async function takeNonce(): Promise<string> {
    const nonce = nextNonce;
    nextNonce = undefined;
    if (nonce !== undefined) return nonce;
    return read(await post(transport, '/dock/challenge', { deviceId: keys.deviceId }), challengeAnswer).nonce;
  }

  async function send(method: 'GET' | 'POST' | 'PUT', path: string, body: Bytes, maxBytes = MAX_ANSWER_BYTES) {
    const nonce = await takeNonce();
    const bodySha256 = await sha256Hex(body);
    const message = dockMessage({ receiptKey: toHex(receiptKey), method, path, bodySha256, nonce });
    const headers = {
      'leeslicht-device': keys.deviceId,
      'leeslicht-nonce': nonce,
      'leeslicht-signature': toBase64(await keys.signer.sign(message)),
      ...(method === 'GET'
        ? {}
        : { 'content-type': method === 'PUT' ? 'application/octet-stream' : 'application/json' }),
    };
    const request = method === 'GET' ? { method, path, headers } : { method, path, headers, body };
    const answer = await transport.send(request, maxBytes, signal);
    nextNonce = answer.header('leeslicht-next-nonce') ?? undefined;
    return answer;
  }

  return {
    send,
    ask: async (path, body, shape) => read(await send('POST', path, utf8(JSON.stringify(body))), shape),
  };
}

/** Reads a good answer. Throws DockError with the station's code, or `BAD_ANSWER`. */
export function read<T>(answer: TransportAnswer, shape: Shape<T>): T {
  if (answer.status < 200 || answer.status > 299) throw dockError(answer);
  try {
    return shape(parseJson(answer.body), '');
  } catch (cause) {
    throw new DockError({ code: 'BAD_ANSWER', status: answer.status, cause });
  }
}

/** The error that an answer carries. */
export function dockError(answer: TransportAnswer): DockError {
  try {
    return new DockError({ code: errorAnswer(parseJson(answer.body), '').error, status: answer.status });
  } catch (cause) {
    return new DockError({ code: 'BAD_ANSWER', status: answer.status, cause });
  }
}

function post(transport: Transport, path: string, body: object): Promise<TransportAnswer> {
  const bytes = utf8(JSON.stringify(body));
  return transport.send({ method: 'POST', path, headers: JSON_HEADERS, body: bytes }, MAX_ANSWER_BYTES);
}
