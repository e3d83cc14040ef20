import { readFile } from 'node:fs/promises';
import { argv, stdout } from 'node:process';
import { findDevice } from '../../store/devices.ts';
import { ingestParcel } from '../ingest/ingest.ts';
import { openTestStation, TEST_SECRETS } from './open-test-station.ts';

// Takes in one parcel in a process of its own, which a test may kill at any step: FOLDER DEVICE PARCEL-ID PARCEL-FILE.
const [folder, deviceId, parcelId, file] = argv.slice(2);
if (!folder || !deviceId || !parcelId || !file) throw new TypeError('FOLDER DEVICE PARCEL-ID PARCEL-FILE');
const station = await openTestStation(folder, TEST_SECRETS);
const device = await findDevice(station.context.db, deviceId);
if (!device) throw new TypeError('no such device');
const answer = await ingestParcel(station.ingest, device, parcelId, new Uint8Array(await readFile(file)));
stdout.write(answer.envelope);
await station.close();
