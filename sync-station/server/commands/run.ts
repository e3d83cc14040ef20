import type { FastifyInstance } from 'fastify';
import { buildApps } from '../app.ts';
import { parseStationFile } from '../config.ts';
import type { StationContext } from '../context.ts';
import { readStationFile, stationPaths } from '../data-folder.ts';
import { readPassphrase } from '../keys/passphrase.ts';
import { readTokenFile } from '../keys/token-file.ts';
import { requireGrant } from '../licence/issue.ts';
import { type OpenStation, openStation } from '../open-station.ts';
import { pinRoot } from '../pin-root.ts';
import { StationError } from '../station-error.ts';
import type { StationArguments } from './arguments.ts';

const WILDCARDS = new Set(['0.0.0.0', '::', '[::]']);
// A folder is cheap to look at, and somebody who has just published waits for it.
const REFRESH_FOLDER_MS = 15_000;
const DEFAULT_SANDBOX_PORT = 8082;
const REFRESH_URL_MS = 15 * 60_000;

/** `run`: opens the station, listens until SIGTERM or SIGINT, then closes cleanly. */
export async function runStation(args: StationArguments, faces: string, print: (line: string) => void): Promise<void> {
  const station = await openForRun(args);
  const { context } = station;
  const host = args.text('host') ?? '127.0.0.1';
  const sandboxPort = args.number('sandbox-port', DEFAULT_SANDBOX_PORT);
  const apps = await buildApps(station.ingest, args.text('faces') ?? faces, sandboxOrigin(args, context, sandboxPort));
  const { learner, desk, sandbox, metrics } = apps;
  const listeners: FastifyInstance[] = [learner, desk];
  await learner.listen({ host, port: args.number('app-port', 8081) });
  await desk.listen({ host, port: args.number('desk-port', 8080) });
  if (sandbox) {
    listeners.push(sandbox);
    await sandbox.listen({ host, port: sandboxPort });
  }
  const metricsPort = args.number('metrics-port', 0);
  if (metricsPort > 0) {
    const listener = metrics.build();
    listeners.push(listener);
    await listener.listen({ host: '127.0.0.1', port: metricsPort });
  }
  const stopRefreshing = keepRefreshing(context);
  print(JSON.stringify({ desk: context.config.deskOrigin, learner: context.config.learnerOrigins[0] }));
  await stopSignal();
  context.log.info('ending');
  stopRefreshing();
  for (const listener of listeners) await listener.close();
  await station.close();
}

/** Where scripted content runs: as said, else the app's own host with another port. Port 0 means nowhere. */
function sandboxOrigin(args: StationArguments, { config }: StationContext, port: number): string | undefined {
  const [appOrigin] = config.learnerOrigins;
  if (port === 0 || appOrigin === undefined) return undefined;
  const { protocol, hostname } = new URL(appOrigin);
  return args.text('sandbox-origin') ?? new URL(`${protocol}//${hostname}:${port}`).origin;
}

/** `authorised`: whether the authorities' published word fits this station's keys. */
export async function isAuthorised(args: StationArguments, print: (line: string) => void): Promise<boolean> {
  const station = await openForRun(args);
  try {
    await station.context.mirror.refresh();
    const grant = requireGrant(station.context);
    print(JSON.stringify({ authorised: true, siteId: grant.siteId, capabilities: grant.capabilities }));
    return true;
  } catch (error) {
    const code = error instanceof Error ? error.message : 'UNKNOWN';
    print(JSON.stringify({ authorised: false, code, mirror: station.context.mirror.state() }));
    return false;
  } finally {
    await station.close();
  }
}

/** Opens the station with the flags of this run. */
export async function openForRun(args: StationArguments): Promise<OpenStation> {
  const passphrase = await readPassphrase(args.text('passphrase-file'), process.env);
  const host = args.text('host') ?? '127.0.0.1';
  const appOrigin = args.text('app-origin');
  const deskOrigin = args.text('desk-origin');
  if (WILDCARDS.has(host) && (appOrigin === undefined || deskOrigin === undefined)) {
    throw new StationError({ code: 'USAGE', detail: `--host ${host} needs --app-origin and --desk-origin` });
  }
  const file = parseStationFile(await readStationFile(stationPaths(args.data).config));
  const repository = args.text('repository') ?? file.repository ?? undefined;
  await pinRoot(args.data, { rootFile: args.text('trusted-root'), repository });
  return openStation({
    dataFolder: args.data,
    host,
    deskPort: args.number('desk-port', 8080),
    appPort: args.number('app-port', 8081),
    repository,
    appOrigin,
    deskOrigin,
    passphrase,
    upstreamUrl: args.text('upstream-url'),
    upstreamToken: await readTokenFile(args.text('upstream-token-file')),
    backup: args.text('backup'),
  });
}

function keepRefreshing(context: StationContext): () => void {
  const { repository } = context.config;
  if (repository === undefined) return () => {};
  const refresh = (): void => {
    context.mirror.refresh().catch((error: unknown) => {
      // The last known good copy stays, and the desk shows the failure.
      context.log.warn({ err: error }, 'mirror not refreshed');
    });
  };
  refresh();
  const timer = setInterval(refresh, /^https?:/.test(repository) ? REFRESH_URL_MS : REFRESH_FOLDER_MS);
  return () => clearInterval(timer);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
