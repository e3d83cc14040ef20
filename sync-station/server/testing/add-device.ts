import { toHex } from '#core/bytes/hex.ts';
import type { StationDatabase } from '../../store/database.ts';
import { addLearner } from '../../store/learners.ts';
import type { TestDevice } from './test-device.ts';

/** Books a device as if it had been enrolled for a new learner, or for `learnerId`. Returns the learner's id. */
export async function addDevice(
  db: StationDatabase,
  device: TestDevice,
  options: { readonly learnerId?: string; readonly createdAtMs?: number } = {},
): Promise<string> {
  const learnerId = options.learnerId ?? (await addLearner(db, { displayName: 'Sam', actor: 'officer' }, 1)).id;
  await db
    .insertInto('devices')
    .values({
      id: device.id,
      learnerId,
      signingKey: toHex(device.signer.publicKey),
      ageRecipient: device.recipient,
      keyLevel: 'wrapped',
      epoch: 1,
      state: 'ok',
      stateReason: null,
      capabilities: '[]',
      lastSeenAtMs: null,
      licenceSerial: 0,
      licenceExpiresAtMs: null,
      quota: null,
      createdAtMs: options.createdAtMs ?? 1,
    })
    .execute();
  return learnerId;
}
