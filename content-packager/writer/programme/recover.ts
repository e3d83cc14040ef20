import { fromBase64, toBase64 } from '#core/bytes/base64.ts';
import { type Infer, literal, object, string } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { ageRecipient, id128 } from '#core/licence/identifiers.ts';
import { ageDecrypt, ageEncrypt } from '#core/parcel/age.ts';
import { WriterError } from '../writer-error.ts';

const base64Text = string({ minLength: 1, maxLength: 48 * 1024 * 1024 });
const requestShape = object(
  {
    required: { learnerId: string({ minLength: 1, maxLength: 200 }), deviceId: id128 },
    optional: {
      wrappedKey: base64Text,
      /** The whole sealed backup, as the desk writes it; the wrapped key is in it. */
      backup: base64Text,
      recipient: ageRecipient,
      deviceRecipient: ageRecipient,
      recoveryId: string({ maxLength: 200 }),
      /** What the desk wants it for; older desks only knew a replacement. */
      purpose: literal('replacement', 'new-pin'),
    },
  },
  { unknownKeys: 'ignore' },
);
const backupShape = object({ required: { wrappedDataKey: base64Text } }, { unknownKeys: 'ignore' });

const KEY_BYTES = 32;

/** What goes back to the desk: the same key, wrapped for one new device. */
export interface RecoveryAnswer {
  readonly kind: 'leeslicht-recovery-answer';
  readonly version: 1;
  readonly learnerId: string;
  readonly deviceId: string;
  readonly recipient: string;
  readonly recoveryId?: string;
  readonly purpose: 'replacement' | 'new-pin';
  readonly wrappedKey: string;
  /** The same value under the name that the desk reads. */
  readonly wrapped: string;
}

/**
 * Opens the data key of a learner's backup with a recovery key of the programme and wraps it for one device. The key is
 * never written or shown. Throws `BAD_REQUEST_FILE` when the request is not one or was made for another programme.
 */
export async function answerRecovery(
  requestBytes: Uint8Array,
  file: string,
  identities: () => Promise<readonly string[]>,
): Promise<RecoveryAnswer> {
  const request = parseRequest(requestBytes, file);
  const recipient = request.recipient ?? request.deviceRecipient;
  if (recipient === undefined) throw bad(file, 'does not name the key of the new device');
  const wrapped = wrappedKeyOf(request, file);
  const dataKey = await openWith(await identities(), wrapped, file);
  if (dataKey.length !== KEY_BYTES) throw bad(file, 'holds something else than a backup key');
  const wrappedKey = toBase64(await ageEncrypt(dataKey, recipient));
  const { learnerId, deviceId, recoveryId, purpose = 'replacement' } = request;
  return {
    kind: 'leeslicht-recovery-answer',
    version: 1,
    learnerId,
    deviceId,
    recipient,
    purpose,
    ...(recoveryId === undefined ? {} : { recoveryId }),
    wrappedKey,
    wrapped: wrappedKey,
  };
}

/** A programme whose recovery key was rotated has several: a backup opens with the one that was in force. */
async function openWith(identities: readonly string[], wrapped: Uint8Array, file: string): Promise<Uint8Array> {
  let failure: unknown;
  for (const identity of identities) {
    try {
      return await ageDecrypt(wrapped, identity);
    } catch (cause) {
      failure = cause;
    }
  }
  throw bad(file, 'was not sealed for the recovery key of this programme', failure);
}

function parseRequest(bytes: Uint8Array, file: string): Infer<typeof requestShape> {
  try {
    return requestShape(parseJson(bytes, { maxBytes: 64 * 1024 * 1024 }), '');
  } catch (cause) {
    throw bad(file, 'is not a recovery request', cause);
  }
}

function wrappedKeyOf(request: Infer<typeof requestShape>, file: string): Uint8Array {
  try {
    if (request.wrappedKey !== undefined) return fromBase64(request.wrappedKey);
    if (request.backup === undefined) throw bad(file, 'holds neither a wrapped key nor a backup');
    const backup = parseJson(fromBase64(request.backup), { maxBytes: 48 * 1024 * 1024 });
    return fromBase64(backupShape(backup, 'backup').wrappedDataKey);
  } catch (cause) {
    if (cause instanceof WriterError) throw cause;
    throw bad(file, 'holds a backup that cannot be read', cause);
  }
}

function bad(file: string, problem: string, cause?: unknown): WriterError {
  return new WriterError({
    code: 'BAD_REQUEST_FILE',
    file,
    problem,
    advice: 'Let the security officer make the request again at the desk.',
    cause,
  });
}
