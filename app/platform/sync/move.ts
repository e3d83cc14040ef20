import { utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { type Envelope, verifyEnvelope } from '#core/dsse/dsse.ts';
import { HANDOVER_TYPE, type Handover, parseHandover } from '#core/enrolment/handover.ts';
import type { RepositoryFetch } from '#core/repository/client.ts';
import type { DeviceDatabase } from '../device/device-database.ts';
import type { MetaStore, PinnedTrust } from '../device/device-meta.ts';
import { dockError, openDock } from '../transports/dock-client.ts';
import type { Transport } from '../transports/transport.ts';
import { receiptKeys, refreshTrust, type Trust } from '../trust/trust.ts';
import { type SyncContext, SyncError } from './sync-context.ts';

/** Keeps the word of this device's own station that it belongs to another site now. */
export async function keepHandover(context: SyncContext, envelope: Envelope): Promise<void> {
  const keys = receiptKeys(context.trust(), context.pinned, context.nowMs());
  const handover = parseHandover(await verifyEnvelope(envelope, { payloadType: HANDOVER_TYPE, keys }));
  if (handover.deviceId !== context.keys.deviceId || handover.fromSite !== context.pinned.siteId) {
    throw new SyncError({ code: 'BAD_HANDOVER' });
  }
  await context.meta.write({ handover: envelope });
}

/** What a move needs of the device, before a sync has begun. */
export interface MovePorts {
  readonly database: DeviceDatabase;
  readonly meta: MetaStore;
  readonly transport: Transport;
  readonly fetch: RepositoryFetch;
  readonly nowMs: number;
  /** What is trusted of the site that is left. */
  readonly trust: Trust | undefined;
}

/**
 * At the station that a handover names: shows it, and from then on trusts that station in the place of the old one, on
 * the authorities' word alone. The root stays what it was, and drafts, marks and unsent work stay where they are; one
 * strict step changes the rest (formats/enrolment.md 6). Undefined when there is nothing to do here.
 */
export async function moveHere(ports: MovePorts): Promise<Trust | undefined> {
  const { meta, transport, nowMs } = ports;
  const [envelope, pinned, identity] = await Promise.all([
    meta.read('handover'),
    meta.read('pinned'),
    meta.read('identity'),
  ]);
  if (!envelope || !pinned || !identity) return undefined;
  const handover = await readHandover(envelope, ports, pinned);
  if ((await openDock(transport).info()).siteId !== handover.toSite) return undefined;
  const { root } = pinned;
  const towards: PinnedTrust = { ...pinned, siteId: handover.toSite };
  const trust = await refreshTrust(ports.database, towards, ports.fetch, nowMs);
  const { station } = trust;
  if (!station) throw new SyncError({ code: 'NO_STATION_KEY' });
  const answer = await transport.send(
    {
      method: 'POST',
      path: '/dock/arrivals',
      headers: { 'content-type': 'application/json' },
      body: utf8(JSON.stringify({ handover: envelope })),
    },
    64 * 1024,
  );
  if (answer.status !== 204) throw dockError(answer);
  const { siteId, siteName, keys } = station;
  const epoch = handover.deviceEpoch + 1;
  const moved = { epoch, licenceSerial: handover.licenceSerial };
  await meta.write({
    pinned: { root, siteId, siteName, receiptKey: fromHex(keys.receipt.public) },
    identity: { learnerLabel: identity.learnerLabel, deviceEpoch: epoch, stationEpoch: 0, moved },
    handover: undefined,
  });
  return trust;
}

async function readHandover(envelope: Envelope, ports: MovePorts, pinned: PinnedTrust): Promise<Handover> {
  const keys = receiptKeys(ports.trust, pinned, ports.nowMs);
  return parseHandover(await verifyEnvelope(envelope, { payloadType: HANDOVER_TYPE, keys }));
}
