import { type Argon2Cost, deriveArgon2id } from '#core/crypto/argon2.ts';

/** One derivation. */
export interface DerivationRequest {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly cost: Argon2Cost;
}

/** The key, and how long it took to make on this machine. */
export type DerivationAnswer =
  | { readonly kind: 'key'; readonly key: Uint8Array<ArrayBuffer>; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly detail: string };

async function derive({ secret, salt, cost }: DerivationRequest): Promise<DerivationAnswer> {
  try {
    const startMs = performance.now();
    const key = await deriveArgon2id(secret, salt, cost);
    return { kind: 'key', key, tookMs: performance.now() - startMs };
  } catch (cause) {
    return { kind: 'failed', detail: String(cause) };
  }
}

self.onmessage = ({ data }: MessageEvent<DerivationRequest>) => {
  void derive(data).then((answer) => self.postMessage(answer));
};
