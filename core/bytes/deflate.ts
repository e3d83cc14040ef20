import { type Bytes, BytesError, concatBytes, toBytes } from './bytes.ts';

/** DEFLATE (RFC 1951) by the platform, away from the main thread. */
export async function deflate(bytes: Uint8Array): Promise<Bytes> {
  const stream = new Blob([toBytes(bytes)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes before `deflate`. Throws `BytesError` `BAD_DEFLATE` on damage and when they would be more than `maxBytes`. */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Bytes> {
  const stream = new Blob([toBytes(bytes)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      length += next.value.length;
      if (length > maxBytes) throw new BytesError({ code: 'BAD_DEFLATE' });
    }
  } catch (cause) {
    throw cause instanceof BytesError ? cause : new BytesError({ code: 'BAD_DEFLATE', cause });
  }
  return concatBytes(...pieces);
}
