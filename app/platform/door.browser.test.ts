import { deleteDB } from 'idb';
import { afterEach, expect, test } from 'vitest';
import { utf8 } from '#core/bytes/bytes.ts';
import { signEnvelope } from '#core/dsse/dsse.ts';
import { DEVICE_DATABASE } from './device/device-database.ts';
import { metaStore } from './device/device-meta.ts';
import { openDoor, wasEnrolled } from './door.ts';

afterEach(async () => {
  localStorage.clear();
  await deleteDB(DEVICE_DATABASE);
});

test('what is remembered follows what lies on the device', async () => {
  expect(wasEnrolled()).toBe(false);
  const fresh = await openDoor();
  expect(fresh.isEnrolled).toBe(false);
  expect(wasEnrolled()).toBe(false);
  await metaStore(fresh.database).write({
    licence: await signEnvelope('text/plain', utf8('a licence'), []),
    identity: { learnerLabel: 'Sam', deviceEpoch: 1, stationEpoch: 1 },
  });
  fresh.database.close();
  const enrolled = await openDoor();
  expect(enrolled).toMatchObject({ isEnrolled: true, learnerLabel: 'Sam' });
  expect(wasEnrolled()).toBe(true);
  await metaStore(enrolled.database).write({ licence: undefined });
  enrolled.database.close();
  // A laptop that lost its licence is still the learner's.
  const harmed = await openDoor();
  expect(harmed).toMatchObject({ isEnrolled: true, learnerLabel: 'Sam' });
  harmed.database.close();
  await deleteDB(DEVICE_DATABASE);
  const emptied = await openDoor();
  expect(wasEnrolled()).toBe(false);
  emptied.database.close();
});
