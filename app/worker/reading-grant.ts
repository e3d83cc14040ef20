import type { DeviceDatabase, ReadingGrant } from '../platform/device/device-database.ts';
import { metaStore } from '../platform/device/device-meta.ts';
import type { Language } from '../platform/platform.ts';
import { GRANT_MS } from './messages.ts';

/** The permission to read that the page gives, and gives again while it holds. */
export interface GrantKeeper {
  give(keys: readonly string[], language: Language): Promise<void>;
  close(): Promise<void>;
  /** The grant in force, also after the browser has restarted the worker. */
  current(): Promise<ReadingGrant | undefined>;
}

/** Keeps the grant in memory and, for a worker that was stopped and started again, in the database. */
export function grantKeeper(database: () => Promise<DeviceDatabase>, now: () => number): GrantKeeper {
  let grant: ReadingGrant | undefined;
  let isRead = false;
  const store = async (next: ReadingGrant | undefined): Promise<void> => {
    grant = next;
    isRead = true;
    await metaStore(await database()).write({ grant: next });
  };
  return {
    give: (keys, language) => store({ keys, language, untilMs: now() + GRANT_MS }),
    close: () => store(undefined),
    async current() {
      if (!isRead) {
        const stored = await metaStore(await database()).read('grant');
        if (!isRead) grant = stored;
        isRead = true;
      }
      // A clock that was turned back must not stretch a grant.
      return grant && now() < grant.untilMs && now() > grant.untilMs - 2 * GRANT_MS ? grant : undefined;
    },
  };
}
