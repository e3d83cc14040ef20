import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { answerFile, parcelFile, parcelIdIn, STICK } from '#core/dock/stick.ts';
import { parseEnvelope } from '#core/dsse/dsse.ts';
import { MAX_PARCEL_BYTES } from '#core/parcel/header.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import type { StationContext } from '../context.ts';
import { writeStationFile } from '../data-folder.ts';
import { answerRequest, bookAck } from '../dock/device-words.ts';
import { pendingDown } from '../down/compose.ts';
import { DockError } from '../http/dock-error.ts';
import { type Ingest, ingestParcel } from '../ingest/ingest.ts';

/** What one stick brought and took, for the person who holds it. */
export interface StickExchange {
  readonly devices: number;
  readonly received: number;
  readonly refused: number;
  readonly licences: number;
  readonly parcelsDown: number;
  /** Device and code of what could not be done; the rest was. */
  readonly problems: readonly string[];
}

const DEVICE = /^[0-9a-f]{32}$/;
const ACK = /^([0-9a-f]{64})\.ack\.json$/;

/**
 * Reads a stick that comes from the laptops of a wing, and writes the answers on it: receipts, licences, and what waits
 * for each device (formats/stick.md 3). Everything is judged as at the dock, and the same stick again changes nothing.
 */
export async function exchangeStick(ingest: Ingest, stick: string): Promise<StickExchange> {
  const { context } = ingest;
  const { siteId } = context.config;
  const done = { devices: 0, received: 0, refused: 0, licences: 0, parcelsDown: 0 };
  const problems: string[] = [];
  for (const deviceId of await names(join(stick, STICK.upSites(siteId)))) {
    if (!DEVICE.test(deviceId)) continue;
    const device = await findDevice(context.db, deviceId);
    if (!device) {
      problems.push(`${deviceId}: UNKNOWN_DEVICE`);
      continue;
    }
    done.devices += 1;
    const [up, down] = [join(stick, STICK.up(siteId, deviceId)), join(stick, STICK.down(siteId, deviceId))];
    const attempt = async (act: () => Promise<void>): Promise<void> => {
      try {
        await act();
      } catch (error) {
        context.log.info({ err: error, device: deviceId }, 'a file of a stick was not taken');
        problems.push(`${deviceId}: ${error instanceof DockError ? error.code : 'UNREADABLE'}`);
      }
    };
    for (const name of await names(up)) {
      const [id, acked] = [parcelIdIn(name), ACK.exec(name)?.[1]];
      const path = join(up, name);
      if (acked !== undefined) await attempt(async () => bookAck(context, device, acked, await envelopeAt(path)));
      if (id === undefined || (await stat(path)).size > MAX_PARCEL_BYTES) continue;
      const answer = await ingestParcel(ingest, device, id, new Uint8Array(await readFile(path)));
      const file = answer.kind === 'receipt' ? answerFile.receipt(id) : answerFile.refusal(id);
      await writeStationFile(join(down, file), answer.envelope, 0o644);
      if (answer.kind === 'receipt') done.received += 1;
      else done.refused += 1;
    }
    if ((await names(up)).includes(STICK.licenceRequest)) {
      await attempt(async () => {
        const request = await envelopeAt(join(up, STICK.licenceRequest));
        const licence = await answerRequest(context, await again(context, device), request);
        await writeStationFile(join(down, STICK.licence), licence, 0o644);
        done.licences += 1;
      });
    }
    done.parcelsDown += await writeDown(context, device.id, down);
  }
  return { ...done, problems };
}

async function writeDown(context: StationContext, deviceId: string, folder: string): Promise<number> {
  // To a copy nothing is given: it might be the wrong one.
  if ((await findDevice(context.db, deviceId))?.state === 'forked') return 0;
  const waiting = await pendingDown(context, deviceId);
  for (const { id } of waiting) {
    const row = await context.db.selectFrom('downParcels').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const bytes = await context.objects.get(row.objectHash);
    if (!bytes) throw new Error(`the file of parcel ${id} is missing`);
    await writeStationFile(join(folder, parcelFile(row.deviceEpoch, row.sequence, id)), bytes, 0o644);
  }
  return waiting.length;
}

/** What this very stick has shown may have changed how the device stands. */
async function again(context: StationContext, device: Device): Promise<Device> {
  return (await findDevice(context.db, device.id)) ?? device;
}

async function envelopeAt(path: string) {
  return parseEnvelope(new Uint8Array(await readFile(path)));
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
