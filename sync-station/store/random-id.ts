import { randomBytes } from 'node:crypto';

/** A new opaque id: 128 random bits as 32 hex digits. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}
