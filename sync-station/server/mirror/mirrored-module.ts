import { sha256Hex } from '#core/crypto/digest.ts';
import { isWithdrawn } from '#core/licence/status.ts';
import { verifyLeaves } from '#core/module/leaves.ts';
import { type Manifest, type ModuleFile, parseManifest } from '#core/module/manifest.ts';
import type { Mirror } from '../context.ts';
import { chunkPath } from './contents.ts';

/** A module of the mirror, verified from the trusted root down to its leaves; each chunk is verified as it is read. */
export interface MirroredModule {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** The bytes of a file in order. Throws when a chunk is missing or not what was signed. */
  read(file: ModuleFile): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Opens a module by its TUF target. Undefined when it is not published, withdrawn, or not whole in the mirror. */
export async function openMirrored(mirror: Mirror, path: string): Promise<MirroredModule | undefined> {
  if (!path.startsWith('courses/')) return undefined;
  const bytes = await mirror.target(path);
  if (!bytes) return undefined;
  const manifest = parseManifest(bytes);
  if (isWithdrawn(mirror.status(), path, manifest.version)) return undefined;
  const leaves = await mirror.read(`leaves/${manifest.leaves.sha256}`);
  if (!leaves) return undefined;
  const table = await verifyLeaves(manifest, leaves);
  return {
    manifest,
    manifestSha256: await sha256Hex(bytes),
    async *read(file) {
      for (let index = 0; index < file.chunkCount; index += 1) {
        const chunk = await mirror.read(chunkPath(table.leafOf(file, index)));
        if (!chunk) throw new Error(`a chunk of ${file.href} is not in the mirror`);
        yield chunk;
      }
    },
  };
}
