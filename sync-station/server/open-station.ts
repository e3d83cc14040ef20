import pino from 'pino';
import { createDeskUpstream } from '../connectors/desk-upstream.ts';
import { createSchoolUpstream } from '../connectors/fake-school/client.ts';
import type { Upstream } from '../connectors/upstream.ts';
import { openDatabase } from '../store/database.ts';
import { openObjects } from '../store/objects.ts';
import { parseStationFile, stationConfig } from './config.ts';
import type { StationContext } from './context.ts';
import { readStationFile, stationPaths } from './data-folder.ts';
import { createEvents } from './events.ts';
import { createCommitQueue } from './ingest/commit-queue.ts';
import { crashPoints } from './ingest/crash-point.ts';
import type { Ingest } from './ingest/ingest.ts';
import { startJobs } from './jobs/jobs.ts';
import { openSecrets } from './keys/key-file.ts';
import { stationKeys } from './keys/station-keys.ts';
import { openMirror } from './mirror/mirror.ts';
import { StationError } from './station-error.ts';
import { stationClock } from './test-clock.ts';

/** How one run of a station listens. */
export interface RunOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly deskPort: number;
  readonly appPort: number;
  readonly repository: string | undefined;
  readonly appOrigin: string | undefined;
  readonly deskOrigin: string | undefined;
  readonly passphrase: string;
  readonly upstreamUrl: string | undefined;
  readonly upstreamToken: string | undefined;
  readonly backup: string | undefined;
}

/** An opened station; `close` ends its jobs and its database. */
export interface OpenStation {
  readonly context: StationContext;
  readonly ingest: Ingest;
  close(): Promise<void>;
}

/** Unlocks the keys and opens the database, the objects and the mirror. Throws StationError. */
export async function openStation(options: RunOptions): Promise<OpenStation> {
  const paths = stationPaths(options.dataFolder);
  const config = stationConfig(parseStationFile(await readStationFile(paths.config)), options);
  const secrets = await openSecrets(await readStationFile(paths.keys), options.passphrase);
  const keys = await stationKeys(secrets);
  const upstream = openUpstream(config.upstreamUrl, options.upstreamToken ?? secrets.upstreamToken);
  const now = stationClock(process.env);
  const log = stationLog();
  const fatal = (error: unknown): never => {
    log.fatal({ err: error }, 'nothing more can be promised durable: ending');
    process.exit(70);
  };
  const reached = crashPoints(process.env);
  const db = await openDatabase(paths.database);
  const objects = await openObjects(options.dataFolder, reached);
  const mirror = await openMirror({
    folder: paths.mirror,
    repository: config.repository,
    siteId: config.siteId,
    now,
    log,
  });
  const parts = { db, objects, keys, now, log, config, events: createEvents(), mirror };
  const jobs = await startJobs({ ...parts, upstream });
  const context: StationContext = { ...parts, upstream, jobs };
  const ingest = { context, commits: createCommitQueue(db, fatal, reached), reached, fatal };
  return {
    context,
    ingest,
    close: async () => {
      await jobs.stop();
      await db.destroy();
    },
  };
}

/** The school behind this station: its own system, or the desk. */
function openUpstream(url: string | undefined, token: string | undefined): Upstream {
  if (url === undefined) return createDeskUpstream(() => []);
  if (token === undefined) throw new StationError({ code: 'BAD_CONFIG', detail: 'the school needs a token' });
  return createSchoolUpstream({ baseUrl: url, token });
}

function stationLog() {
  return pino({
    level: process.env['LEESLICHT_LOG_LEVEL'] ?? 'info',
    redact: {
      paths: ['req.headers', 'headers', '*.passphrase', '*.password', '*.text', '*.displayName', '*.cookie'],
      remove: true,
    },
  });
}
