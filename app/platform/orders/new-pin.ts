import { fromBase64 } from '#core/bytes/base64.ts';
import type { NewPinOrder } from '#core/order/order.ts';
import { fitsRecords } from '../records/fits-records.ts';
import { openRecords, type RecordChange } from '../records/open-records.ts';
import type { MessageRecord } from '../records/records.ts';
import { checkPin, type OpenVault, openWith, renewPin, type VaultPorts } from '../vault/pin-vault.ts';
import { VaultError } from '../vault/vault-error.ts';
import { type OrderPorts, withObeyed } from './ask-orders.ts';

/** An order to let the learner choose a new PIN, with the data key in it: in memory only, until that is done. */
export interface NewPinGrant {
  readonly order: NewPinOrder;
  readonly raw: Uint8Array<ArrayBuffer>;
}

const KEY_BYTES = 32;

/**
 * Opens the data key that an order brought, with the key of this device. Throws VaultError `WRONG_KEY` when it is not for
 * this device or does not open what is kept here (formats/orders.md 5.4).
 */
export async function openGrant({ keys }: OrderPorts, order: NewPinOrder): Promise<NewPinGrant> {
  const { ageDecrypt } = await import('../vault/age-file.ts');
  let raw: Uint8Array<ArrayBuffer>;
  try {
    raw = await ageDecrypt(fromBase64(order.wrapped), keys.ageIdentity);
  } catch (cause) {
    throw new VaultError({ code: 'WRONG_KEY', cause });
  }
  if (raw.length !== KEY_BYTES || !(await fitsRecords(await openWith(raw))))
    throw new VaultError({ code: 'WRONG_KEY' });
  return { order, raw };
}

/**
 * Makes the learner's new PIN the one that counts, and opens the vault. The notice of it is durable before the PIN is:
 * no PIN changes that the learner is not told of (formats/orders.md 5.5). Throws VaultError `WEAK_PIN`; then nothing
 * changed.
 */
export async function takeNewPin(
  { meta, nowMs }: OrderPorts,
  vault: VaultPorts,
  { order, raw }: NewPinGrant,
  pin: string,
): Promise<OpenVault> {
  checkPin(pin);
  const records = openRecords(await openWith(raw));
  try {
    await records.change([noticeOf(order, Math.floor(nowMs()))]);
  } finally {
    records.close();
  }
  return renewPin(vault, raw, pin, await withObeyed(meta, order));
}

function noticeOf({ orderId }: NewPinOrder, createdAtMs: number): RecordChange {
  const id = `new-pin:${orderId}`;
  const value: MessageRecord = {
    ...{ id, kind: 'notice', event: 'newPin', direction: 'in', text: '', createdAtMs, step: 'received' },
  };
  return { kind: 'put', table: 'messages', id, value };
}
