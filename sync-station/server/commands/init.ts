import { parseStationFile } from '../config.ts';
import { fileExists, stationPaths, writeStationFile } from '../data-folder.ts';
import { sealSecrets } from '../keys/key-file.ts';
import { readPassphrase } from '../keys/passphrase.ts';
import { makeSecrets, stationKeys, stationPublicFile } from '../keys/station-keys.ts';
import { readTokenFile } from '../keys/token-file.ts';
import { pinRoot } from '../pin-root.ts';
import { StationError } from '../station-error.ts';
import { stationClock } from '../test-clock.ts';
import type { StationArguments } from './arguments.ts';

/** What a station asks for unless `--capability` names something else. */
const ALL_CAPABILITIES = ['read', 'write', 'quiz', 'notes', 'messages', 'scripts'];
const MIB = 1024 * 1024;

/** `init`: makes the station's folder, keys and public file. Prints one line of JSON. */
export async function initStation(args: StationArguments, print: (line: string) => void): Promise<void> {
  const paths = stationPaths(args.data);
  if (await fileExists(paths.keys)) throw new StationError({ code: 'ALREADY_INITIALISED', detail: args.data });
  const siteId = args.text('site-id') ?? 'site-1';
  const siteName = args.text('site-name') ?? 'Leeslicht';
  const stationName = args.text('station-name') ?? 'Computer room';
  const file = parseStationFile(
    JSON.stringify({
      siteId,
      siteName,
      stationName,
      whereToSync: args.text('where-to-sync') ?? stationName,
      repository: args.text('repository') ?? null,
      learnerOrigins: args.list('learner-origin'),
      diskReserveBytes: args.number('disk-reserve-mib', 512) * MIB,
      licenceDays: args.number('licence-days', 30),
      dailyHours: args.number('daily-hours', 16),
      upstreamUrl: args.text('upstream-url') ?? null,
      backup: args.text('backup') ?? null,
    }),
  );
  const passphrase = await readPassphrase(args.text('passphrase-file'), process.env);
  const secrets = await makeSecrets(await readTokenFile(args.text('upstream-token-file')));
  const keys = await stationKeys(secrets);
  const asked = args.list('capability');
  const capabilities = asked.length > 0 ? asked : ALL_CAPABILITIES;
  const root = await pinRoot(args.data, { rootFile: args.text('trusted-root'), repository: args.text('repository') });
  await writeStationFile(paths.config, `${JSON.stringify(file, undefined, 2)}\n`, 0o644);
  await writeStationFile(
    paths.publicFile,
    stationPublicFile(file, keys, capabilities, stationClock(process.env)()),
    0o644,
  );
  // Last: the keys' presence is what says that init was done.
  await writeStationFile(paths.keys, await sealSecrets(secrets, passphrase), 0o600);
  print(JSON.stringify({ publicFile: paths.publicFile, rootSha256: root?.sha256 ?? null }));
}
