import { join } from 'node:path';
import { utf8 } from '#core/bytes/bytes.ts';
import { type RepositoryFetch, refreshRepository, type TrustedRepository } from '#core/repository/client.ts';
import { createMemoryStore } from '#core/repository/memory-storage.ts';
import { folderFetch } from '../writer/programme/folder-fetch.ts';
import type { TestCli } from './test-cli.ts';

/** A device that was given a programme's first root and remembers what it has seen. */
export interface FollowingDevice {
  /** Brings news from the published folder; files in `instead` are what somebody on the way puts in their place. */
  follow(instead?: Readonly<Record<string, Uint8Array>>): Promise<TrustedRepository>;
}

/** A device of the programme in the folder `programme`, with the client of real devices. */
export async function openDevice(cli: TestCli, programme: string): Promise<FollowingDevice> {
  const repository = folderFetch(join(cli.path(programme), 'repository'));
  const trustedRoot = (await repository('metadata/1.root.json', 1024 * 1024)) ?? utf8('');
  const store = createMemoryStore();
  return {
    follow(instead = {}) {
      const fetch: RepositoryFetch = async (path, maxBytes) => instead[path] ?? repository(path, maxBytes);
      return refreshRepository({ store, fetch, now: cli.nowMs, trustedRoot });
    },
  };
}
