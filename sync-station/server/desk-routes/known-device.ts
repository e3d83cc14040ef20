import type { StationDatabase } from '../../store/database.ts';
import { type Device, findDevice } from '../../store/devices.ts';
import { DeskError } from '../auth/desk-error.ts';

/** The device that a request names. Throws DeskError NOT_FOUND. */
export async function knownDevice(db: StationDatabase, id: string): Promise<Device> {
  const found = await findDevice(db, id);
  if (!found) throw new DeskError('NOT_FOUND');
  return found;
}
