import { concatBytes, utf8 } from '#core/bytes/bytes.ts';
import { fromHex } from '#core/bytes/hex.ts';
import { sha256Hex } from '#core/crypto/digest.ts';
import { CHUNK_BYTES } from '#core/module/chunk.ts';
import { fileDigest } from '#core/module/leaves.ts';
import { manifestKeys, parseManifest } from '#core/module/manifest.ts';
import { storedManifest } from './activate.ts';

/** A module made in a test: its files by href, its chunks by hash. */
export async function makeModule(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>, version = '1.0.0') {
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
  const links: object[] = [];
  const leaves: Uint8Array[] = [];
  for (const [href, bytes] of Object.entries(files)) {
    const own: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const chunk = bytes.slice(start, start + CHUNK_BYTES);
      const hash = await sha256Hex(chunk);
      chunks.set(hash, chunk);
      own.push(fromHex(hash));
    }
    const digest = await fileDigest(bytes.length, CHUNK_BYTES, concatBytes(...own));
    const type = href.endsWith('.html') ? 'text/html' : 'video/mp4';
    const properties = { [manifestKeys.length]: bytes.length, [manifestKeys.digest]: digest };
    links.push({ href, type, properties });
    leaves.push(...own);
  }
  const leafBytes = concatBytes(...leaves);
  const document = {
    '@context': manifestKeys.context,
    metadata: {
      '@type': 'http://schema.org/Book',
      identifier: 'urn:leeslicht:module:study/start',
      title: 'Studying on your own',
      language: 'en',
      modified: '2026-01-01T00:00:00Z',
      [manifestKeys.version]: version,
    },
    links: [],
    readingOrder: links,
    [manifestKeys.leaves]: { sha256: await sha256Hex(leafBytes), length: leafBytes.length },
  };
  const manifestBytes = utf8(JSON.stringify(document));
  return {
    path: 'courses/study/start.json',
    manifest: parseManifest(manifestBytes),
    stored: await storedManifest(manifestBytes, leafBytes),
    chunks,
  };
}

/** Random bytes of any length; `getRandomValues` gives at most 64 KiB at once. */
export function manyBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536) {
    crypto.getRandomValues(bytes.subarray(start, Math.min(length, start + 65_536)));
  }
  return bytes;
}
