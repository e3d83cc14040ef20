import { z } from 'zod';
import { isTimeZone } from '#core/policy/hours.ts';
import type { StationConfig } from './context.ts';
import { StationError } from './station-error.ts';

/** What `init` writes to `station.json`: who this station is. The listeners come with each run. */
export const stationFileSchema = z.strictObject({
  siteId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  siteName: z.string().min(1).max(120),
  stationName: z.string().min(1).max(120),
  whereToSync: z.string().max(200),
  repository: z.string().nullable(),
  learnerOrigins: z.array(z.url()).max(32),
  diskReserveBytes: z.int().min(0),
  licenceDays: z.int().min(1).max(30),
  dailyHours: z.int().min(1).max(24),
  /** The school's own system; null when tutors work at this station's desk. Its token lies in the key file. */
  upstreamUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  /** The folder, on another medium, that backups go to. */
  backup: z.string().min(1).nullable().default(null),
  timeZone: z.string().refine(isTimeZone).optional(),
});

/** The content of `station.json`. */
export type StationFile = z.infer<typeof stationFileSchema>;

/** Reads `station.json`. Throws StationError BAD_CONFIG. */
export function parseStationFile(text: string): StationFile {
  try {
    return stationFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StationError({ code: 'BAD_CONFIG', cause });
  }
}

/** Joins the station's file with this run's listeners. Every origin is written out exactly: no wildcard, no guess. */
export function stationConfig(
  file: StationFile,
  run: {
    readonly dataFolder: string;
    readonly host: string;
    readonly deskPort: number;
    readonly appPort: number;
    readonly repository: string | undefined;
    readonly appOrigin: string | undefined;
    readonly deskOrigin: string | undefined;
    readonly upstreamUrl: string | undefined;
    readonly backup: string | undefined;
  },
): StationConfig {
  const appOrigin = run.appOrigin ?? `http://${run.host}:${run.appPort}`;
  return {
    dataFolder: run.dataFolder,
    siteId: file.siteId,
    siteName: file.siteName,
    stationName: file.stationName,
    whereToSync: file.whereToSync,
    repository: run.repository ?? file.repository ?? undefined,
    deskOrigin: run.deskOrigin ?? `http://${run.host}:${run.deskPort}`,
    learnerOrigins: [appOrigin, ...file.learnerOrigins.filter((origin) => origin !== appOrigin)],
    diskReserveBytes: file.diskReserveBytes,
    licenceDays: file.licenceDays,
    dailyHours: file.dailyHours,
    upstreamUrl: run.upstreamUrl ?? file.upstreamUrl ?? undefined,
    backup: run.backup ?? file.backup ?? undefined,
    timeZone: file.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
