import { utf8 } from '#core/bytes/bytes.ts';
import type { DeviceMeta } from '../device/device-database.ts';
import type { MetaStore } from '../device/device-meta.ts';
import { dockError } from '../transports/dock-client.ts';
import type { Transport } from '../transports/transport.ts';

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Gives the station the word of a device that has wiped itself, and forgets it when the station has it. Throws
 * TransportError, or DockError when the station does not take it.
 */
export async function tellEmptied(
  meta: MetaStore,
  transport: Transport,
  emptied: DeviceMeta['emptied'],
): Promise<DeviceMeta['emptied']> {
  if (emptied.word === null) return emptied;
  const body = utf8(JSON.stringify(emptied.word));
  const headers = { 'content-type': 'application/json' };
  const answer = await transport.send({ method: 'POST', path: '/dock/orders/done', headers, body }, MAX_ANSWER_BYTES);
  if (answer.status !== 204) throw dockError(answer);
  const told = { ...emptied, word: null };
  await meta.write({ emptied: told });
  return told;
}
