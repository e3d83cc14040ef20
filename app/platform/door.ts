import { type DeviceDatabase, openDeviceDatabase } from './device/device-database.ts';
import { metaStore } from './device/device-meta.ts';

/** The device as it lies in the browser, nothing of it proved: all that the screen that asks for the PIN needs. */
export interface Door {
  readonly database: DeviceDatabase;
  /** Whether it is a learner's: a device that is nobody's shows the enrolment. */
  readonly isEnrolled: boolean;
  readonly learnerLabel: string | undefined;
}

const KEY = 'leeslicht-enrolled';

/** Whether the device was a learner's when it was looked at last: known at once, where the database takes a while. */
export function wasEnrolled(): boolean {
  return localStorage.getItem(KEY) === 'yes';
}

/** Looks at the device without proving anything; one that is being wiped is wiped to the end first. */
export async function openDoor(): Promise<Door> {
  const database = await openDeviceDatabase();
  const meta = metaStore(database);
  if (await meta.read('wiping')) {
    const { wipeDevice } = await import('./wipe/wipe-device.ts');
    await wipeDevice(database, meta);
  }
  const [licence, identity] = await Promise.all([meta.read('licence'), meta.read('identity')]);
  // A licence that is lost or damaged makes no new device of it: the learner's records are here.
  const isEnrolled = licence !== undefined || identity !== undefined;
  localStorage.setItem(KEY, isEnrolled ? 'yes' : 'no');
  return { database, isEnrolled, learnerLabel: identity?.learnerLabel };
}
