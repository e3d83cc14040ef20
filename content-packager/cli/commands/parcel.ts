import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fromBase64 } from '#core/bytes/base64.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { type Header, MAX_PARCEL_BYTES, parseHeader } from '#core/parcel/header.ts';
import { ParcelError } from '#core/parcel/parcel-error.ts';
import { splitParcel } from '#core/parcel/parcel-file.ts';
import { WriterError } from '../../writer/writer-error.ts';
import { type Command, word } from '../command.ts';
import { sizeText } from '../progress.ts';

/** `leeslicht parcel inspect FILE` */
const inspect: Command = {
  name: 'parcel inspect',
  words: ['FILE'],
  summary: 'Show the header of a parcel, without any key',
  options: {},
  optionHelp: {},
  checking: true,
  async run(context) {
    const file = resolve(context.folder, word(context, 0));
    const { envelope, ciphertext } = await splitFile(file);
    const payload = fromBase64(envelope.payload);
    const header = headerOf(payload, file);
    const id = await sha256Hex(payload);
    const signedBy = envelope.signatures.map((signature) => signature.keyid);
    const found = { length: ciphertext.length, ciphertextSha256: await sha256Hex(ciphertext) };
    const isWhole = found.length === header.length && found.ciphertextSha256 === header.ciphertextSha256;
    return {
      data: { id, header: { ...header }, signedBy, found, whole: isWhole },
      text: headerText(id, header, isWhole),
      good: isWhole,
    };
  },
};

/** The commands about parcels. */
export const parcelCommands: readonly Command[] = [inspect];

function headerText(id: string, header: Header, isWhole: boolean): string {
  const { direction, deviceId, siteId, deviceEpoch, stationEpoch, sequence, previous, from, to, length } = header;
  return [
    `A parcel ${direction === 'up' ? 'from a device to a station' : 'from a station to a device'}`,
    `  id        ${id}`,
    `  device    ${deviceId}, epoch ${deviceEpoch}`,
    `  site      ${siteId}, station epoch ${stationEpoch}`,
    `  sequence  ${sequence}, after ${previous ?? 'none: it is the first'}`,
    `  from      ${from}`,
    `  to        ${to}`,
    `  sealed    ${sizeText(length)}, ${isWhole ? 'whole' : 'NOT WHOLE: the content is not the one that was signed for'}`,
    'The signature was not checked: that takes the sender’s public key. What is inside, only the receiver can read.',
  ].join('\n');
}

async function splitFile(file: string) {
  const { size } = await stat(file);
  if (size > MAX_PARCEL_BYTES) throw notAParcel(file, `is larger than ${sizeText(MAX_PARCEL_BYTES)}`);
  try {
    return splitParcel(new Uint8Array(await readFile(file)));
  } catch (cause) {
    if (cause instanceof ParcelError) throw notAParcel(file, 'is not a parcel', cause);
    throw cause;
  }
}

function headerOf(payload: Uint8Array, file: string): Header {
  try {
    return parseHeader(payload);
  } catch (cause) {
    if (cause instanceof ParcelError) throw notAParcel(file, 'has a header that cannot be read', cause);
    throw cause;
  }
}

function notAParcel(file: string, problem: string, cause?: unknown): WriterError {
  return new WriterError({
    code: 'NOT_A_PARCEL',
    file,
    problem,
    advice: 'Give a file that a device or a station sealed; its name ends in .parcel.',
    cause,
  });
}
