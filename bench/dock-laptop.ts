import { Agent, request } from 'node:http';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { fromBase64 } from '#core/bytes/base64.ts';
import { fromHex, toHex } from '#core/bytes/hex.ts';
import { sha256, sha256Hex } from '#core/crypto/digest.ts';
import { keyIdOf } from '#core/crypto/ed25519.ts';
import { type Signer, signerFromSeed } from '#core/crypto/signer.ts';
import { helloAnswer, licenceAnswer, receiptAnswer } from '#core/dock/protocol.ts';
import { type Envelope, signEnvelope } from '#core/dsse/dsse.ts';
import { normaliseCode } from '#core/enrolment/code.ts';
import { ENROLMENT_REQUEST_TYPE, encodeEnrolmentRequest } from '#core/enrolment/request.ts';
import { encodeLicenceRequest, LICENCE_REQUEST_TYPE } from '#core/licence/request.ts';
import { type SealedParcel, sealParcel } from '#core/parcel/seal.ts';
import { openDock, read, type SignedDock, signedDock } from '../app/platform/transports/dock-client.ts';
import type { Transport } from '../app/platform/transports/transport.ts';
import { type Desk, text } from '../e2e/support/desk.ts';

/** An enrolled laptop of which only the dock is needed: the app's own dock client, and no browser. */
export interface DockLaptop {
  /** Seals the next parcel of this laptop, as it does before it docks. */
  seal(words: string): Promise<SealedParcel>;
  /** Hands a parcel in. Throws when there is no receipt. */
  handIn(parcel: SealedParcel): Promise<void>;
  /** A whole docking: hello, the repository's timestamp, the parcel, the next licence. */
  dock(parcel: SealedParcel): Promise<void>;
  close(): void;
}

/** Enrols a laptop with an address of its own, `127.0.1.<number>`, as each laptop in a room has one. */
export async function enrolDockLaptop(
  stationUrl: string,
  officer: Desk,
  learnerId: string,
  number: number,
): Promise<DockLaptop> {
  const agent = new Agent({ keepAlive: true, localAddress: `127.0.1.${number}` });
  const transport = nodeTransport(stationUrl, agent);
  const signer = await signerFromSeed(crypto.getRandomValues(new Uint8Array(32)));
  const ageIdentity = await generateX25519Identity();
  const ageRecipient = await identityToRecipient(ageIdentity);
  const deviceId = signer.keyId.slice(0, 32);
  const open = openDock(transport);
  const info = await open.info();
  if (info.rootSha256 === null) throw new Error('the station has no programme');
  const receiptKey = fromHex(info.receiptKey);

  const opened = await officer.post('/security/enrolments', {
    learner: { kind: 'existing', id: learnerId },
    access: 'writing',
    modules: ['*'],
  });
  const nonce = crypto.getRandomValues(new Uint8Array(16));
  const payload = encodeEnrolmentRequest({
    signingKey: toHex(signer.publicKey),
    ageRecipient,
    deviceNonce: toHex(nonce),
    rootSha256: info.rootSha256,
    keyLevel: 'wrapped',
    language: 'en',
    userAgent: 'bench',
  });
  const asked = await signEnvelope(ENROLMENT_REQUEST_TYPE, payload, [signer]);
  const { enrolmentId } = await open.enrol(normaliseCode(text(opened, 'code')) ?? '', asked);
  await officer.post(`/security/enrolments/${text(opened, 'id')}/confirm`);
  const proof = toHex(await sha256(nonce));
  const state = await open.enrolmentState(enrolmentId, proof, new AbortController().signal);
  if (state.state !== 'confirmed') throw new Error(`the enrolment is ${state.state}`);

  const keys = { signer, deviceId, ageRecipient, ageIdentity, level: 'wrapped' } as const;
  const station = { receiptKey, siteId: info.siteId, recipient: info.ageRecipient };
  return laptopOf(
    { transport, agent, dock: signedDock(transport, keys, receiptKey), signer, deviceId, station },
    {
      licence: state.licence,
      epoch: state.deviceEpoch,
    },
  );
}

interface LaptopParts {
  readonly transport: Transport;
  readonly agent: Agent;
  readonly dock: SignedDock;
  readonly signer: Signer;
  readonly deviceId: string;
  readonly station: { readonly receiptKey: Uint8Array; readonly siteId: string; readonly recipient: string };
}

function laptopOf(parts: LaptopParts, first: { readonly licence: Envelope; readonly epoch: number }): DockLaptop {
  const { transport, agent, dock, signer, deviceId, station } = parts;
  let { licence } = first;
  let requests = 0;
  let sequence = 0;
  let previous: string | null = null;

  async function handIn(parcel: SealedParcel): Promise<void> {
    read(await dock.send('PUT', `/dock/parcels/${parcel.id}`, parcel.bytes), receiptAnswer);
  }

  return {
    async seal(words) {
      sequence += 1;
      const parcel: SealedParcel = await sealParcel({
        address: {
          direction: 'up',
          from: signer.keyId,
          to: await keyIdOf(station.receiptKey),
          siteId: station.siteId,
          deviceId,
          deviceEpoch: first.epoch,
          stationEpoch: 0,
          sequence,
          previous,
        },
        items: [{ kind: 'message', id: randomId(), createdAtMs: Date.now(), text: words }],
        attachments: new Map(),
        signer,
        recipient: station.recipient,
      });
      previous = parcel.id;
      return parcel;
    },
    handIn,
    async dock(parcel) {
      const hello = {
        deviceEpoch: first.epoch,
        stationEpoch: 0,
        nextSequence: sequence + 1,
        licence,
        receipt: null,
        timeNonce: randomId(),
        downHead: 0,
      };
      await dock.ask('/dock/hello', hello, helloAnswer);
      await transport.send({ method: 'GET', path: '/repository/metadata/timestamp.json' }, 65_536);
      await handIn(parcel);
      requests += 1;
      const held = await sha256Hex(fromBase64(licence.payload));
      const payload = encodeLicenceRequest({ deviceId, nonce: randomId(), sequence: requests, previous: held });
      const request = await signEnvelope(LICENCE_REQUEST_TYPE, payload, [signer]);
      licence = (await dock.ask('/dock/licence', { request }, licenceAnswer)).licence;
    },
    close: () => agent.destroy(),
  };
}

function randomId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

/** Node's own client, so that each laptop can have an address of its own. */
function nodeTransport(origin: string, agent: Agent): Transport {
  return {
    isWired: true,
    repositoryUrl: `${origin}/repository/`,
    send: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const length = body ? { 'content-length': String(body.length) } : {};
        const outgoing = request(
          `${origin}${path}`,
          { method, agent, headers: { ...headers, ...length } },
          (answer) => {
            const parts: Buffer[] = [];
            answer.on('data', (part: Buffer) => parts.push(part));
            answer.once('error', reject);
            answer.once('end', () =>
              resolve({
                status: answer.statusCode ?? 0,
                body: new Uint8Array(Buffer.concat(parts)),
                header: (name) => [answer.headers[name] ?? null].flat()[0] ?? null,
              }),
            );
          },
        );
        outgoing.once('error', reject);
        outgoing.end(body);
      }),
  };
}
