import { equalBytes } from '#core/bytes/bytes.ts';
import {
  type MetadataReader,
  type Root,
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Snapshot,
  type Targets,
  type Timestamp,
} from './metadata.ts';
import { LEESLICHT } from './profile.ts';
import { parseMetadata, type UnverifiedMetadata } from './signed.ts';

/**
 * Reads one metadata file; `sha256` is its digest where the caller has compared it already. Throws `RepositoryError`
 * `MALFORMED`.
 */
export type ParseMetadata<T> = (bytes: Uint8Array, role: string, sha256?: string) => Promise<UnverifiedMetadata<T>>;

/** How a client reads the four types of metadata. */
export interface MetadataParsers {
  readonly root: ParseMetadata<Root>;
  readonly timestamp: ParseMetadata<Timestamp>;
  readonly snapshot: ParseMetadata<Snapshot>;
  readonly targets: ParseMetadata<Targets>;
}

/** Parsers of a profile: of our own repositories unless told. */
export function metadataParsers(profile = LEESLICHT): MetadataParsers {
  const parse =
    <T>(read: MetadataReader<T>): ParseMetadata<T> =>
    (bytes, role) =>
      parseMetadata(bytes, role, read, profile);
  return {
    root: parse(readRoot),
    timestamp: parse(readTimestamp),
    snapshot: parse(readSnapshot),
    targets: parse(readTargets),
  };
}

/**
 * Parsers that read a file once, however often its bytes come: for proving many chains that share most of their files.
 * They remember all that they read, so they live no longer than that job.
 */
export function rememberingParsers(parsers = metadataParsers()): MetadataParsers {
  return {
    root: remembering(parsers.root),
    timestamp: remembering(parsers.timestamp),
    snapshot: remembering(parsers.snapshot),
    targets: remembering(parsers.targets),
  };
}

function remembering<T>(parse: ParseMetadata<T>): ParseMetadata<T> {
  const known: { bytes: Uint8Array; role: string; sha256: string | undefined; parsed: ReturnType<typeof parse> }[] = [];
  return (bytes, role, sha256) => {
    const isSame = (file: (typeof known)[number]): boolean =>
      // A digest that was compared stands for the bytes; small files without one are compared themselves.
      sha256 === undefined ? equalBytes(file.bytes, bytes) : file.sha256 === sha256;
    const before = known.find((file) => file.role === role && isSame(file));
    if (before) return before.parsed;
    const parsed = parse(bytes, role);
    known.push({ bytes, role, sha256, parsed });
    return parsed;
  };
}
