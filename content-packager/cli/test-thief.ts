import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Signer } from '#core/crypto/signer.ts';
import type { JsonValue } from '#core/json/json-value.ts';
import { readSnapshot, readTimestamp } from '#core/repository/metadata.ts';
import {
  type AnnouncedFile,
  signMetadata,
  snapshotDocument,
  targetsDocument,
  timestampDocument,
} from '#core/repository/sign.ts';
import { parseSigned } from '#core/repository/signed.ts';
import { openKeyRing } from '../writer/programme/key-ring.ts';
import { randomness } from './programme-access.ts';
import { DAY_MS, type TestCli } from './test-cli.ts';

/** Somebody who has copied key files, passphrase included, and stands between the publishing host and the devices. */
export interface Thief {
  /** The key of this name, as it was when the thief came. */
  key(name: string): Signer;
  /**
   * A whole set of metadata with this timestamp version, and perhaps a role of the thief's own making: what a device
   * gets in place of the published files.
   */
  publish(options: {
    readonly timestampVersion: number;
    readonly snapshotVersion?: number;
    readonly role?: {
      readonly name: string;
      readonly version: number;
      readonly document: JsonValue;
      readonly keys: readonly string[];
    };
  }): Promise<Record<string, Uint8Array>>;
}

/** Steals every key file of a programme's folder, and uses only those that a test names. */
export async function openThief(cli: TestCli, programme: string): Promise<Thief> {
  const dir = cli.path(programme);
  const ring = openKeyRing(dir, async () => 'correct horse battery staple', randomness);
  const keys = new Map<string, Signer>();
  for (const [name, { kind }] of await ring.here()) if (kind === 'ed25519') keys.set(name, await ring.signer(name));
  const key = (name: string): Signer => {
    const found = keys.get(name);
    if (found === undefined) throw new RangeError(`no key ${name} to steal`);
    return found;
  };
  return {
    key,
    async publish({ timestampVersion, snapshotVersion, role }) {
      const files: Record<string, Uint8Array> = {};
      const metadata = `${dir}/repository/metadata`;
      const current = await readTimestamp(parseSigned(await readFile(`${metadata}/timestamp.json`), '').signed);
      const before = await readFile(`${metadata}/${current.snapshot.version}.snapshot.json`);
      let announcedSnapshot = fileOf(current.snapshot.version, before);
      if (snapshotVersion !== undefined || role !== undefined) {
        const { meta } = await readSnapshot(parseSigned(before, '').signed);
        const announced = new Map<string, AnnouncedFile>();
        for (const [name, { version }] of meta) announced.set(name, { version });
        if (role !== undefined) {
          const bytes = await signMetadata(role.document, role.keys.map(key));
          files[`metadata/${role.version}.${role.name}.json`] = bytes;
          announced.set(role.name, fileOf(role.version, bytes));
        }
        const version = snapshotVersion ?? current.snapshot.version + 1;
        const bytes = await signMetadata(
          snapshotDocument({ version, expiresAtMs: cli.nowMs + 40 * DAY_MS }, announced),
          [key('snapshot')],
        );
        files[`metadata/${version}.snapshot.json`] = bytes;
        announcedSnapshot = fileOf(version, bytes);
      }
      files['metadata/timestamp.json'] = await signMetadata(
        timestampDocument({ version: timestampVersion, expiresAtMs: cli.nowMs + 40 * DAY_MS }, announcedSnapshot),
        [key('timestamp')],
      );
      return files;
    },
  };
}

/** Metadata of a delegated role that publishes these texts, and the files themselves. */
export function evilRole(
  cli: TestCli,
  version: number,
  texts: Readonly<Record<string, string>>,
): { readonly document: JsonValue; readonly files: Record<string, Uint8Array> } {
  const targets = new Map<string, { length: number; sha256: string }>();
  const files: Record<string, Uint8Array> = {};
  for (const [path, text] of Object.entries(texts)) {
    const bytes = new Uint8Array(Buffer.from(text));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    targets.set(path, { length: bytes.length, sha256 });
    const cut = path.lastIndexOf('/') + 1;
    files[`targets/${path.slice(0, cut)}${sha256}.${path.slice(cut)}`] = bytes;
  }
  return { document: targetsDocument({ version, expiresAtMs: cli.nowMs + 40 * DAY_MS }, targets), files };
}

function fileOf(version: number, bytes: Uint8Array): AnnouncedFile {
  return { version, length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
